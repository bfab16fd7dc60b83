// SPDX-License-Identifier: Apache-2.0
// At which extension this browser's telephone is: calls for it are shown here alone. Of the desk and
// not of the person, so it stays in the browser; the server keeps it in memory.
const place = "avow.extension";

export const cleanExtension = (typed: string): string => typed.replace(/\s/g, "");
export const isExtension = (text: string): boolean => /^[!-~]{0,40}$/.test(text) && !text.includes("@");

export const keptExtension = (): string => {
    const kept = localStorage.getItem(place) ?? "";
    return isExtension(kept) ? kept : "";
};
export function keepExtension(extension: string): void {
    if (extension) localStorage.setItem(place, extension);
    else localStorage.removeItem(place);
}
