// SPDX-License-Identifier: Apache-2.0
// What must not be left to whoever finds the browser open asks for the password once more: the
// server says when (401, RFC 9470), the dialog of App asks, and the act is tried again.
import { Refusal } from "./api.ts";

let answer = $state.raw<((given: boolean) => void) | null>(null);

export function stepUpIsAsked(): boolean {
    return answer !== null;
}

export function answerStepUp(given: boolean): void {
    answer?.(given);
    answer = null;
}

// Nothing when the customer chose not to go on.
export async function withStepUp<T>(act: () => Promise<T>): Promise<T | undefined> {
    try {
        return await act();
    } catch (found) {
        if (!(found instanceof Refusal && found.wantsStepUp)) throw found;
    }
    answerStepUp(false);
    const given = await new Promise<boolean>((resolve) => (answer = resolve));
    return given ? act() : undefined;
}
