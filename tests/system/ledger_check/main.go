// SPDX-License-Identifier: Apache-2.0

// An independent reader of the ledger: Go's sumdb/note and sumdb/tlog check what the server publishes.
// Trusts nothing but the verifier key. usage: main KEY FOLDER PROOF ENTRY
// FOLDER holds what was fetched: checkpoint.old, checkpoint.new and tile/… of the newer tree; PROOF is a
// tlog-proof file and ENTRY the entry's bytes. Prints what it found to hold; the first thing that does
// not hold ends it with 1.
package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8 // of C2SP's tiles: 256 hashes

func must(err error, doing string) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "ledger_check: %s: %v\n", doing, err)
		os.Exit(1)
	}
}

// A checkpoint is a signed note of three lines: origin, size, root.
func openCheckpoint(signed []byte, verifier note.Verifier) tlog.Tree {
	opened, err := note.Open(signed, note.VerifierList(verifier))
	must(err, "the checkpoint's signature")
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		must(fmt.Errorf("origin %q", lines[0]), "the checkpoint's origin")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err, "the checkpoint's size")
	root, err := tlog.ParseHash(lines[2])
	must(err, "the checkpoint's root")
	return tlog.Tree{N: size, Hash: root}
}

// folder reads tiles where C2SP's names put them.
type folder string

func (f folder) Height() int { return height }

func (f folder) path(level string, n int64, width int) string {
	parts := fmt.Sprintf("%03d", n%1000)
	for n >= 1000 {
		n /= 1000
		parts = fmt.Sprintf("x%03d/%s", n%1000, parts)
	}
	if width != 1<<height {
		parts += fmt.Sprintf(".p/%d", width)
	}
	return filepath.Join(string(f), "tile", level, parts)
}

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var contents [][]byte
	for _, tile := range tiles {
		content, err := os.ReadFile(f.path(strconv.Itoa(tile.L), tile.N, tile.W))
		if err != nil {
			return nil, err
		}
		contents = append(contents, content)
	}
	return contents, nil
}

func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

// Every entry of the bundles must be the leaf that the tiles, and through them the signed root, commit to.
func checkEntries(f folder, tree tlog.Tree, hashes tlog.HashReader) {
	for n := int64(0); n*256 < tree.N; n++ {
		width := int64(256)
		if tree.N-n*256 < width {
			width = tree.N - n*256
		}
		bundle, err := os.ReadFile(f.path("entries", n, int(width)))
		must(err, "an entry bundle")
		for i := int64(0); i < width; i++ {
			if len(bundle) < 2 || len(bundle) < 2+int(binary.BigEndian.Uint16(bundle)) {
				must(fmt.Errorf("entry %d is cut off", n*256+i), "an entry bundle")
			}
			size := int(binary.BigEndian.Uint16(bundle))
			leaf, err := hashes.ReadHashes([]int64{tlog.StoredHashIndex(0, n*256+i)})
			must(err, "a leaf")
			if leaf[0] != tlog.RecordHash(bundle[2:2+size]) {
				must(fmt.Errorf("entry %d is not its leaf", n*256+i), "the entries")
			}
			bundle = bundle[2+size:]
		}
		if len(bundle) != 0 {
			must(fmt.Errorf("%d bytes too many", len(bundle)), "an entry bundle")
		}
	}
}

// A tlog-proof: its first line, an optional extra, the index, the hashes, a blank line, the checkpoint.
func checkProofFile(file []byte, entry []byte, verifier note.Verifier) {
	head, signed, found := bytes.Cut(file, []byte("\n\n"))
	if !found {
		must(fmt.Errorf("no blank line"), "the proof file")
	}
	tree := openCheckpoint(signed, verifier)
	lines := bufio.NewScanner(bytes.NewReader(head))
	lines.Buffer(nil, 1<<20)
	var index int64 = -1
	var proof tlog.RecordProof
	for number := 0; lines.Scan(); number++ {
		text := lines.Text()
		switch {
		case number == 0:
			if text != "c2sp.org/tlog-proof@v1" {
				must(fmt.Errorf("%q", text), "the proof file's first line")
			}
		case strings.HasPrefix(text, "extra ") && index < 0:
		case strings.HasPrefix(text, "index ") && index < 0:
			parsed, err := strconv.ParseInt(strings.TrimPrefix(text, "index "), 10, 64)
			must(err, "the proof's index")
			index = parsed
		default:
			raw, err := base64.StdEncoding.DecodeString(text)
			must(err, "a hash of the proof")
			var hash tlog.Hash
			copy(hash[:], raw)
			proof = append(proof, hash)
		}
	}
	must(tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry)), "the inclusion proof")
	fmt.Printf("proof: entry %d of %d is included\n", index, tree.N)
}

func main() {
	if len(os.Args) != 5 {
		fmt.Fprintln(os.Stderr, "usage: main KEY FOLDER PROOF ENTRY")
		os.Exit(2)
	}
	verifier, err := note.NewVerifier(os.Args[1])
	must(err, "the verifier key")
	f := folder(os.Args[2])
	read := func(path string) []byte {
		content, err := os.ReadFile(path)
		must(err, "reading")
		return content
	}
	older := openCheckpoint(read(filepath.Join(os.Args[2], "checkpoint.old")), verifier)
	newer := openCheckpoint(read(filepath.Join(os.Args[2], "checkpoint.new")), verifier)
	fmt.Printf("signature: checkpoints of %d and %d entries\n", older.N, newer.N)

	// Reads tiles and holds each against the newer root.
	hashes := tlog.TileHashReader(newer, f)
	checkEntries(f, newer, hashes)
	fmt.Printf("entries: %d, each its leaf\n", newer.N)

	consistent, err := tlog.ProveTree(newer.N, older.N, hashes)
	must(err, "making the consistency proof from the tiles")
	must(tlog.CheckTree(consistent, newer.N, newer.Hash, older.N, older.Hash), "the consistency proof")
	fmt.Printf("consistency: %d grew into %d\n", older.N, newer.N)

	checkProofFile(read(os.Args[3]), read(os.Args[4]), verifier)
}
