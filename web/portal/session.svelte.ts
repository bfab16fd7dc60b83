// SPDX-License-Identifier: Apache-2.0
// Who is signed in, as far as this page knows. The session itself is a cookie that no script reads.
import { type Account, api, Refusal } from "../shared/api.ts";
import { chooseLanguage, shipped } from "../shared/words.svelte.ts";
import { currentPath, go, type Path } from "./router.svelte.ts";

let account = $state<Account | null>(null);
let wanted: [Path, string] | undefined; // where a letter's link led, which a sign-in came before

export function currentAccount(): Account | null {
    return account;
}

// Every page of the account begins with it: asked once, then kept until something changes it.
export async function needAccount(): Promise<Account> {
    if (account) return account;
    try {
        account = await api.account();
    } catch (refusal) {
        if (refusal instanceof Refusal && refusal.signedOut) {
            wanted = location.hash ? [currentPath(), location.hash] : undefined;
            go("/sign-in", "replace");
        }
        throw refusal;
    }
    return account;
}

export function forgetAccount(): void {
    account = null;
}

export async function enter(): Promise<void> {
    account = null;
    const found = await needAccount();
    const language = shipped(found.language);
    if (language) await chooseLanguage(language);  // kept: the sign-out before has cleared what was
    const [path, hash] = wanted ?? ["/account" as const, ""];
    wanted = undefined;
    go(path, "push", hash);
}

export async function leave(): Promise<void> {
    await api.signOut();
    account = null;
    go("/sign-in");
}
