// SPDX-License-Identifier: Apache-2.0
// One thing at a time that may fail: a press while it runs is none, and what went wrong is kept to
// be shown.
export class Attempt {
    busy = $state(false);
    failure = $state.raw<unknown>();

    readonly run = async (step: () => Promise<void>): Promise<void> => {
        if (this.busy) return;
        this.busy = true;
        this.failure = undefined;
        try {
            await step();
        } catch (found) {
            this.failure = found;
        }
        this.busy = false;
    };
}
