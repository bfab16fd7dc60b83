// SPDX-License-Identifier: Apache-2.0
// The invitation's secret while its page is open: taken out of the address at once, and needed again
// when another language is chosen. In memory alone.
let secret = "";

export function keptInvitation(): string {
    return secret;
}
export function keepInvitation(taken: string): void {
    secret = taken;
}
