// SPDX-License-Identifier: Apache-2.0
// Checks one line of the customer's timeline in this browser, trusting nothing that the server says
// today: the opened details are what is shown, the entry commits to them, the entry is in the tree,
// the tree is signed, and it continues the tree that this browser saw before.
import { base64url, fromBase64url, sha256, utf8 } from "./bytes.ts";
import { inclusionHolds, leafHash } from "./merkle.ts";
import { type Checkpoint, openCheckpoint, parseKey } from "./note.ts";
import { parseProof } from "./proof.ts";
import { isContinuation, type ReadTile } from "./tree.ts";

export const steps = ["shown", "commitment", "inclusion", "signature", "continuity"] as const;
export type Step = (typeof steps)[number];

export interface Verdict {
    failed?: Step; // the first step that does not hold
    index: number;
    checkpoint?: Checkpoint;
    opened: string; // the details, as they were sealed
}

// What this browser remembers of the ledger: its key, and the last checkpoint that held.
export interface Memory {
    load(): { key: string; note: string } | undefined;
    keep(seen: { key: string; note: string }): void;
}

export interface Ledger {
    key(): Promise<string>;
    proof(entry: string): Promise<string>;
    tile: ReadTile;
}

// `fits`: whether opened details say what the page shows.
export async function verify(
    entry: string, fits: (details: Record<string, unknown>) => boolean, ledger: Ledger, memory: Memory,
): Promise<Verdict> {
    const seen = memory.load();
    const keyText = (await ledger.key()).trim();
    const proof = parseProof(await ledger.proof(entry));
    const verdict: Verdict = { index: proof.index, opened: proof.opening.details };
    const no = (failed: Step): Verdict => ({ ...verdict, failed });

    const details = JSON.parse(proof.opening.details) as Record<string, unknown>;
    if (details.entry !== entry || !fits(details)) return no("shown");

    const leaf = JSON.parse(proof.opening.entry) as { c: string };
    const salt = fromBase64url(proof.opening.salt);
    const commitment = await sha256(utf8("avow/entry/v1\0"), salt, utf8(proof.opening.details));
    if (leaf.c !== base64url(commitment)) return no("commitment");

    const key = await parseKey(keyText);
    let checkpoint: Checkpoint;
    try {
        checkpoint = await openCheckpoint(proof.checkpoint, key);
    } catch {
        return no("signature");
    }
    verdict.checkpoint = checkpoint;
    const hash = await leafHash(utf8(proof.opening.entry));
    if (!(await inclusionHolds(proof.index, checkpoint.size, hash, proof.path, checkpoint.root))) {
        return no("inclusion");
    }
    if (seen) {
        if (seen.key !== keyText) return no("continuity");
        const before = await openCheckpoint(seen.note, key);
        if (before.size > checkpoint.size) {
            // The proof rests on an older checkpoint than the one we know: it must be its past.
            if (!(await isContinuation(checkpoint, before, ledger.tile))) return no("continuity");
            return verdict;
        }
        if (!(await isContinuation(before, checkpoint, ledger.tile))) return no("continuity");
    }
    memory.keep({ key: keyText, note: proof.checkpoint });
    return verdict;
}
