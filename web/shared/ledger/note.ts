// SPDX-License-Identifier: Apache-2.0
// Signed checkpoints (c2sp.org/signed-note, tlog-checkpoint): Ed25519 by WebCrypto.
import { type Bytes, fromBase64, hex, same, sha256, utf8 } from "./bytes.ts";

export interface VerifierKey {
    name: string;
    id: Bytes; // four bytes
    key: Bytes;
}

export interface Checkpoint {
    origin: string;
    size: number;
    root: Bytes;
}

const ed25519 = 1;

// "name+hash+key", the hash being that of name and key.
export async function parseKey(text: string): Promise<VerifierKey> {
    const [, name, hash, encoded] = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text.trim()) ?? [];
    if (!name || !hash || !encoded) throw new Error("this is no verifier key");
    const typed = fromBase64(encoded);
    if (typed.length !== 33 || typed[0] !== ed25519) throw new Error("this is no Ed25519 key");
    const id = (await sha256(utf8(`${name}\n`), typed)).slice(0, 4);
    if (hex(id) !== hash) throw new Error("the verifier key is damaged");
    return { name, id, key: typed.slice(1) };
}

export async function isSignedBy(key: VerifierKey, body: Bytes, lines: string): Promise<boolean> {
    const crypto_key = await crypto.subtle.importKey("raw", key.key, "Ed25519", false, ["verify"]);
    for (const line of lines.split("\n")) {
        const [, name, encoded] = /^— (\S+) (\S+)$/.exec(line) ?? [];
        if (name !== key.name || !encoded) continue;
        const typed = fromBase64(encoded);
        if (typed.length !== 68 || !same(typed.slice(0, 4), key.id)) continue;
        if (await crypto.subtle.verify("Ed25519", crypto_key, typed.slice(4), body)) return true;
    }
    return false;
}

export async function openCheckpoint(note: string, key: VerifierKey): Promise<Checkpoint> {
    const end = note.lastIndexOf("\n\n");
    if (end < 0) throw new Error("this is no checkpoint");
    const body = note.slice(0, end + 1);
    const [origin, size, root] = body.split("\n");
    if (!origin || !root || !/^(0|[1-9]\d{0,15})$/.test(size ?? "")) throw new Error("this is no checkpoint");
    if (!(await isSignedBy(key, utf8(body), note.slice(end + 2)))) {
        throw new Error("the checkpoint is not signed by this ledger's key");
    }
    return { origin, size: Number(size), root: fromBase64(root) };
}
