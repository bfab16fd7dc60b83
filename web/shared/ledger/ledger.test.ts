// SPDX-License-Identifier: Apache-2.0
// The browser's verifier against the field's vectors, and against trees of every size.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Bytes, fromBase64, joined, sha256, utf8 } from "./bytes.ts";
import { inclusionHolds } from "./merkle.ts";
import { openCheckpoint, parseKey } from "./note.ts";
import { isContinuation } from "./tree.ts";

const vectors = join(import.meta.dirname, "../../../../shared/vectors/merkle/testdata/inclusion");

function filesBelow(folder: string): string[] {
    return readdirSync(folder).flatMap((name) => {
        const path = join(folder, name);
        return statSync(path).isDirectory() ? filesBelow(path) : [path];
    });
}

interface Vector {
    leafIdx: number;
    treeSize: number;
    root: string;
    leafHash: string;
    proof: string[] | null;
    desc: string;
    wantErr: boolean;
}

// They lie beside this checkout, and are not ours to carry along.
const here = existsSync(vectors);
describe.skipIf(!here)("inclusion agrees with the field's vectors", () => {
    const files = (here ? filesBelow(vectors) : []).filter((path) => path.endsWith(".json"));
    test("there are some", () => expect(files.length).toBeGreaterThan(50));
    test.each(files)("%s", async (file) => {
        const vector = JSON.parse(readFileSync(file, "utf8")) as Vector;
        const hash = fromBase64(vector.leafHash ?? "");
        const root = fromBase64(vector.root ?? "");
        // A hash of a wrong length never comes out of the parsers, so that their refusal counts.
        const wellFormed = hash.length === 32 && root.length === 32;
        const holds = wellFormed && (await inclusionHolds(
            vector.leafIdx, vector.treeSize, hash, (vector.proof ?? []).map(fromBase64), root));
        expect(holds).toBe(!vector.wantErr);
    });
});

// A plain tree, straight from RFC 6962 §2.1 and by another library, and its tiles.
function rootOf(leaves: Bytes[]): Bytes {
    if (leaves.length === 1) return leaves[0]!;
    let split = 1;
    while (split * 2 < leaves.length) split *= 2;
    const hash = createHash("sha256").update(Uint8Array.of(1));
    return Uint8Array.from(hash.update(rootOf(leaves.slice(0, split))).update(rootOf(leaves.slice(split))).digest());
}

function leafOf(text: string): Bytes {
    return Uint8Array.from(createHash("sha256").update(`\0${text}`).digest());
}

function tilesOf(leaves: Bytes[]) {
    const rows = [leaves];
    while (rows.at(-1)!.length >= 256) {
        const below = rows.at(-1)!;
        const above: Bytes[] = [];
        for (let at = 0; at + 256 <= below.length; at += 256) above.push(rootOf(below.slice(at, at + 256)));
        rows.push(above);
    }
    return (path: string) => {
        const [, level, name, , width] = /^tile\/(\d+)\/((?:x\d{3}\/)*\d{3})(\.p\/(\d+))?$/.exec(path)!;
        const number = Number(name!.replaceAll("x", "").replaceAll("/", ""));
        const row = rows[Number(level)]!.slice(number * 256, number * 256 + Number(width ?? 256));
        return Promise.resolve(joined(...row));
    };
}

describe("a later tree is a continuation of an earlier one", () => {
    const leaves = Array.from({ length: 70_000 }, (_, at) => leafOf(`entry ${at}`));
    const tree = (size: number, of = leaves) => ({ origin: "o", size, root: rootOf(of.slice(0, size)) });
    const pairs = [[1, 2], [1, 255], [255, 256], [256, 257], [3, 1000], [511, 512], [512, 65_536], [257, 65_537],
        [65_535, 70_000], [69_999, 70_000]] as const;

    test.each(pairs)("%d to %d", async (from, to) => {
        const read = tilesOf(leaves.slice(0, to));
        expect(await isContinuation(tree(from), tree(to), read)).toBe(true);
        expect(await isContinuation(tree(to), tree(from), read)).toBe(false);
    });

    test("one changed entry of the past is found, in the roots and in any tile", async () => {
        const changed = leaves.slice(0, 1000);
        changed[7] = leafOf("another");
        expect(await isContinuation(tree(300), tree(1000, changed), tilesOf(changed))).toBe(false);
        // Tiles of the old past under the new root do not fit together.
        const mixed = isContinuation(tree(300), tree(1000, changed), tilesOf(leaves.slice(0, 1000)));
        expect(await mixed.catch(() => false)).toBe(false);
    });
});

test("a checkpoint opens with its own key only", async () => {
    const pair = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
    const typed = joined(Uint8Array.of(1), new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey)));
    const id = (await sha256(utf8("log\n"), typed)).slice(0, 4);
    const encode = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
    const key = await parseKey(`log+${Buffer.from(id).toString("hex")}+${encode(typed)}`);
    const body = `log\n5\n${encode(new Uint8Array(32))}\n`;
    const signature = new Uint8Array(await crypto.subtle.sign("Ed25519", pair.privateKey, utf8(body)));
    const note = `${body}\n— log ${encode(joined(id, signature))}\n`;
    expect((await openCheckpoint(note, key)).size).toBe(5);
    await expect(openCheckpoint(note.replace("\n5\n", "\n6\n"), key)).rejects.toThrow("not signed");
    await expect(openCheckpoint(note.replace("— log", "— gol"), key)).rejects.toThrow("not signed");
    await expect(parseKey(`gol+${Buffer.from(id).toString("hex")}+${encode(typed)}`)).rejects.toThrow("damaged");
});
