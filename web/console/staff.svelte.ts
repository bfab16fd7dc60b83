// SPDX-License-Identifier: Apache-2.0
// Who is signed in, as far as this page knows. The session is a cookie that no script reads.
import { Refusal } from "../shared/api.ts";
import { shipped, useLanguage } from "../shared/words.svelte.ts";
import { api, type Me } from "./api.ts";
import type { Role } from "./places.ts";
import { go } from "./router.svelte.ts";

let me = $state.raw<Me | null>(null);
let wanted = ""; // where a session that ended is taken up again

export function currentMe(): Me | null {
    return me;
}

// Roles that ask for people's data: the guidelines are the first thing they see.
const withData: Role[] = ["intake", "agent", "marketer", "researcher", "officer"];
export function needsGuidelines(one: Me): boolean {
    return !one.acknowledged && one.roles.some((role) => withData.includes(role));
}

export async function signedInOnly<T>(act: () => Promise<T>): Promise<T> {
    try {
        return await act();
    } catch (found) {
        if (found instanceof Refusal && found.signedOut) {
            me = null;
            wanted = location.pathname + location.search;
            go("/console/sign-in", "replace");
        }
        throw found;
    }
}

export async function needMe(): Promise<Me> {
    me ??= await signedInOnly(api.me);
    return me;
}

export function forgetMe(): void {
    me = null;
}

export async function enter(): Promise<void> {
    me = null;
    const found = await needMe();
    const language = shipped(found.language);
    // What was chosen in this browser goes before what the invitation said.
    if (language && localStorage.getItem("avow.language") === null) await useLanguage(language);
    const next = wanted || "/console";
    wanted = "";
    go(needsGuidelines(found) ? "/console/guidelines" : next, "replace");
}

export async function leave(): Promise<void> {
    await api.signOut();
    me = null;
    go("/console/sign-in");
}
