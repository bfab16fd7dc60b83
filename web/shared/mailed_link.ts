// SPDX-License-Identifier: Apache-2.0
// The secret of a mailed link stands in the fragment, which no server sees. It is taken out of the
// address at once, so that it stays in no history.
export function takeMailedLink(): string {
    const secret = location.hash.slice(1);
    if (secret) history.replaceState(null, "", location.pathname + location.search);
    return secret;
}
