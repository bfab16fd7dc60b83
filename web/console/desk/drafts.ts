// SPDX-License-Identifier: Apache-2.0
// What was typed and not sent yet, and as what, while the page is open: looking at another request,
// another language or a session that ended lose nothing. In memory alone, and each for who typed it.
export const kinds = ["answer", "ask_back", "note"] as const;
export interface Draft {
    kind: (typeof kinds)[number];
    text: string;
}
const drafts = new Map<string, Draft>();
const keyOf = (employee: string, request: string) => `${employee} ${request}`;

export const draftOf = (employee: string, request: string): Draft =>
    drafts.get(keyOf(employee, request)) ?? { kind: "answer", text: "" };
export function keepDraft(employee: string, request: string, draft: Draft): void {
    if (draft.text.trim() === "") drafts.delete(keyOf(employee, request));
    else drafts.set(keyOf(employee, request), draft);
}
