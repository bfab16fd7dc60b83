// SPDX-License-Identifier: Apache-2.0
// The Merkle tree of RFC 6962 §2.1, checked as RFC 9162 §2.1.3.2 and §2.1.4.2 say. Sizes and indexes
// are whole numbers below 2^53.
import { type Bytes, same, sha256 } from "./bytes.ts";

const leafMark = Uint8Array.of(0);
const nodeMark = Uint8Array.of(1);

export function leafHash(entry: Bytes): Promise<Bytes> {
    return sha256(leafMark, entry);
}

export function nodeHash(left: Bytes, right: Bytes): Promise<Bytes> {
    return sha256(nodeMark, left, right);
}

const half = (value: number) => Math.floor(value / 2);
const odd = (value: number) => value % 2 === 1;

export async function inclusionHolds(
    index: number, size: number, leaf: Bytes, path: Bytes[], root: Bytes,
): Promise<boolean> {
    if (index >= size) return false;
    let [node, last, hash] = [index, size - 1, leaf];
    for (const sibling of path) {
        if (last === 0) return false;
        if (odd(node) || node === last) {
            hash = await nodeHash(sibling, hash);
            while (!odd(node) && node !== 0) [node, last] = [half(node), half(last)];
        } else {
            hash = await nodeHash(hash, sibling);
        }
        [node, last] = [half(node), half(last)];
    }
    return last === 0 && same(hash, root);
}
