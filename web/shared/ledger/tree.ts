// SPDX-License-Identifier: Apache-2.0
// Consistency of two checkpoints from the published tiles (C2SP tlog-tiles): the later tree is
// rebuilt from its tiles, every tile is held against the one above it, and the earlier root must
// come out of the same hashes.
import { type Bytes, same } from "./bytes.ts";
import { nodeHash } from "./merkle.ts";
import type { Checkpoint } from "./note.ts";

export type ReadTile = (path: string) => Promise<Bytes>;

const width = 256;
const hashSize = 32;

// Two to a level's 8 bits: sizes stay below 2^53, so plain numbers do.
const leavesBelow = (level: number) => width ** level;

function tilePath(level: number, number: number, hashes: number): string {
    const digits = String(number).padStart(Math.ceil(String(number).length / 3) * 3, "0");
    const groups = digits.match(/\d{3}/g) ?? [];
    const name = groups.map((group, at) => (at + 1 < groups.length ? `x${group}` : group)).join("/");
    return `tile/${level}/${name}${hashes < width ? `.p/${hashes}` : ""}`;
}

async function subtreeHash(hashes: Bytes[]): Promise<Bytes> {
    let row = hashes;
    while (row.length > 1) {
        const above: Promise<Bytes>[] = [];
        for (let at = 0; at < row.length; at += 2) above.push(nodeHash(row[at]!, row[at + 1]!));
        row = await Promise.all(above);
    }
    return row[0]!;
}

class Tree {
    private readonly tiles = new Map<string, Promise<Bytes[]>>();
    constructor(private readonly size: number, private readonly read: ReadTile) {}

    // The tile's hashes; a full one only after it fits the tile above it. The partial ones are the
    // right edge, which the root itself vouches for.
    private tile(level: number, number: number): Promise<Bytes[]> {
        const here = Math.min(width, Math.floor(this.size / leavesBelow(level)) - number * width);
        const path = tilePath(level, number, here);
        const known = this.tiles.get(path) ?? this.load(path, level, number, here);
        this.tiles.set(path, known);
        return known;
    }

    private async load(path: string, level: number, number: number, here: number): Promise<Bytes[]> {
        const content = await this.read(path);
        if (content.length !== here * hashSize) throw new Error("a tile of the ledger has a wrong size");
        const hashes = Array.from({ length: here }, (_, at) => content.slice(at * hashSize, (at + 1) * hashSize));
        if (here === width) {
            const above = await this.tile(level + 1, Math.floor(number / width));
            if (!same(above[number % width]!, await subtreeHash(hashes))) {
                throw new Error("a tile of the ledger does not fit the one above it");
            }
        }
        return hashes;
    }

    private async perfect(first: number, height: number): Promise<Bytes> {
        const level = Math.floor(height / 8);
        const at = first / leavesBelow(level);
        const hashes = await this.tile(level, Math.floor(at / width));
        return subtreeHash(hashes.slice(at % width, (at % width) + 2 ** (height % 8)));
    }

    async root(size: number): Promise<Bytes> {
        const subtrees: Promise<Bytes>[] = [];
        let first = 0;
        for (let height = 52; height >= 0; --height) {
            if (Math.floor(size / 2 ** height) % 2 === 0) continue;
            subtrees.push(this.perfect(first, height));
            first += 2 ** height;
        }
        const hashes = await Promise.all(subtrees);
        let root = hashes.pop()!;
        while (hashes.length > 0) root = await nodeHash(hashes.pop()!, root);
        return root;
    }
}

// Whether everything that `earlier` signed is still there, in its place, under `later`.
export async function isContinuation(earlier: Checkpoint, later: Checkpoint, read: ReadTile): Promise<boolean> {
    if (earlier.origin !== later.origin || earlier.size > later.size) return false;
    if (earlier.size === later.size) return same(earlier.root, later.root);
    if (earlier.size === 0) return true;
    const tree = new Tree(later.size, read);
    return same(await tree.root(later.size), later.root) && same(await tree.root(earlier.size), earlier.root);
}
