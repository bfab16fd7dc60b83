// SPDX-License-Identifier: Apache-2.0
// Names of who works at the desk, and looking again by itself while somebody is there to see it.
import { say, sayIfKnown } from "../../shared/words.svelte.ts";
import { signedInOnly } from "../staff.svelte.ts";
import { type Colleague, desk } from "./desk.ts";

let people = $state.raw<Colleague[]>([]);

export const currentPeople = (): Colleague[] => people;
export async function needPeople(): Promise<Colleague[]> {
    if (people.length === 0) people = (await signedInOnly(desk.people)).items;
    return people;
}

// A program that works here has a name of its own, or is known by its token's id.
export function nameOf(who: string): string {
    const known = people.find((one) => one.employee === who)?.name;
    return known ?? (who.startsWith("tok_") ? say("desk_program") : who);
}
// Why something may not be read, said of the customer and not to them.
export const reasonOf = (because: string): string =>
    sayIfKnown(`desk_because_${because}`) ?? sayIfKnown(`because_${because}`) ?? because;
export const channelName = (channel: string): string => sayIfKnown(`desk_channel_${channel}`) ?? channel;

// An hour of looking again would keep a session alive that nobody uses: it stops when the page is
// hidden, or nothing was touched for five minutes.
const attendedMs = 5 * 60_000;
let touched = Date.now();
for (const kind of ["keydown", "pointerdown", "pointermove", "wheel"]) {
    addEventListener(kind, () => (touched = Date.now()), { passive: true });
}
export function whileAttended(everyMs: number, look: () => void): () => void {
    const again = setInterval(() => {
        if (!document.hidden && Date.now() - touched < attendedMs) look();
    }, everyMs);
    return () => clearInterval(again);
}
