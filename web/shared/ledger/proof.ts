// SPDX-License-Identifier: Apache-2.0
// A tlog-proof file (c2sp.org/tlog-proof@v1). Its `extra` is what opens the entry's commitment.
import { type Bytes, fromBase64 } from "./bytes.ts";

export interface Proof {
    opening: Opening;
    index: number;
    path: Bytes[];
    checkpoint: string;
}

export interface Opening {
    entry: string; // the bytes of the leaf
    salt: string;
    details: string; // canonical JSON, which the entry commits to
}

export function parseProof(text: string): Proof {
    const end = text.indexOf("\n\n");
    const [header, extra, index, ...hashes] = text.slice(0, end).split("\n");
    if (end < 0 || header !== "c2sp.org/tlog-proof@v1") throw new Error("this is no proof");
    if (!extra?.startsWith("extra ")) throw new Error("this proof does not open the entry");
    const [, number] = /^index (0|[1-9]\d{0,15})$/.exec(index ?? "") ?? [];
    if (number === undefined) throw new Error("this proof names no entry");
    const opening = JSON.parse(new TextDecoder().decode(fromBase64(extra.slice(6)))) as Opening;
    return { opening, index: Number(number), path: hashes.map(fromBase64), checkpoint: text.slice(end + 2) };
}
