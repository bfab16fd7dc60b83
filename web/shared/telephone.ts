// SPDX-License-Identifier: Apache-2.0
// Telephone numbers: kept as E.164 (+ and digits), shown as the country writes them, typed as people
// do. The rules of every country are fetched only where there is such a number to show or to take.
type Library = typeof import("libphonenumber-js/min");
const library = (): Promise<Library> => import("libphonenumber-js/min");

// Whose rules a number without a country code is read by.
export function homeCountry(locales: readonly string[] = navigator.languages): string | undefined {
    return locales.map((tag) => new Intl.Locale(tag).region).find((region) => region !== undefined);
}

// As its country writes it, with its code; as it is when it is none.
export async function showTelephone(kept: string): Promise<string> {
    if (!kept.startsWith("+")) return kept;
    const { parsePhoneNumberFromString } = await library();
    return parsePhoneNumberFromString(kept)?.formatInternational() ?? kept;
}

// The E.164 of what was typed; nothing when it is no number that could be called.
export async function readTelephone(typed: string, country = homeCountry()): Promise<string | undefined> {
    const { parsePhoneNumberFromString, isSupportedCountry } = await library();
    const home = country && isSupportedCountry(country) ? country : undefined;
    const number = parsePhoneNumberFromString(typed.trim(), home);
    return number?.isPossible() ? number.number : undefined;
}
