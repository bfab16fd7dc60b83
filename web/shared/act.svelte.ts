// SPDX-License-Identifier: Apache-2.0
// What a button or a form does: not twice at once, and what went wrong is kept for the page to say.
import { Refusal } from "./api.ts";

export class Act {
    busy = $state(false);
    failure = $state.raw<unknown>();
    readonly refusal = $derived(this.failure instanceof Refusal ? this.failure : undefined);
    // Of a write that may be sent again: the same until an answer came (`Idempotency-Key`).
    key = crypto.randomUUID();

    // `isTaken`: what the page answers itself, as a question for a code, is no failure.
    async run(work: () => Promise<unknown>, isTaken: (refusal: Refusal) => boolean = () => false): Promise<void> {
        if (this.busy) return;
        this.busy = true;
        this.failure = undefined;
        try {
            await work();
        } catch (found) {
            if (!(found instanceof Refusal && isTaken(found))) this.failure = found;
        }
        if (this.refusal?.problem.status !== 0) this.key = crypto.randomUUID();
        this.busy = false;
    }
}
