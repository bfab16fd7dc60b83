// SPDX-License-Identifier: Apache-2.0
// The number that a telephone system opens the page with, behind the # of the address: that part
// never reaches a server. It is taken out of the address at once and kept in memory, through a
// sign-in too, until the call is written down.
let number = "";

// A telephone number as a fragment says it; nothing when it is none.
export function numberIn(fragment: string): string {
    const found = new URLSearchParams(fragment.replace(/^#/, "").replaceAll("+", "%2B")).get("number") ?? "";
    return /^\+?[\d ()./-]{3,30}$/.test(found) ? found : "";
}
export function takeNumber(): string {
    if (location.hash) {
        number = numberIn(location.hash) || number;
        history.replaceState(null, "", location.pathname + location.search);
    }
    return number;
}
export function forgetNumber(): void {
    number = "";
}
