// SPDX-License-Identifier: Apache-2.0
// The catalogue of the reader's language: words/<language>/portal.json. An id that a language lacks
// is read from English; plurals are ids with the suffix of their CLDR category.
// The console adds its own (words/<language>/console.json) to them.
import type console from "../words/en/console.json";
import english from "../words/en/portal.json";

type Known = keyof typeof english | keyof typeof console;
export type WordId = Known | PluralId;
type PluralId = Known extends infer Id
    ? Id extends `${infer Stem}_other`
        ? Stem
        : never
    : never;
export type Catalogue = Record<string, string>;
export type Catalogues = Record<string, () => Promise<{ default: Catalogue }>>;

export const languages = { en: "English", fr: "Français", de: "Deutsch", ja: "日本語", ar: "العربية" };
export type Language = keyof typeof languages;

const sources: { name: string; english: Catalogue; load: Catalogues }[] = [
    { name: "portal", english, load: import.meta.glob<{ default: Catalogue }>("../words/*/portal.json") },
];
// Before useLanguage(). `load` is a glob of words/*/<name>.json.
export function addWords(name: string, its: Catalogue, load: Catalogues): void {
    sources.push({ name, english: its, load });
}
async function read(wanted: Language): Promise<Catalogue> {
    const all = await Promise.all(sources.map(async ({ name, english: its, load }) => {
        const found = wanted === "en" ? undefined : load[`../words/${wanted}/${name}.json`];
        return { ...its, ...(await found?.())?.default };
    }));
    return Object.assign({}, ...all) as Catalogue;
}
const kept = "avow.language";

export function shipped(tag: string): Language | undefined {
    const primary = tag.toLowerCase().split(/[-_]/)[0] ?? "";
    return primary in languages ? (primary as Language) : undefined;
}

// What the address asks for, then what was chosen here before, then what the browser prefers.
export function preferredLanguage(): Language {
    const asked = shipped(new URLSearchParams(location.search).get("lang") ?? "");
    if (asked) localStorage.setItem(kept, asked);
    const tags = [localStorage.getItem(kept) ?? "", ...navigator.languages];
    return tags.map(shipped).find((known) => known !== undefined) ?? "en";
}

let language = $state<Language>("en");
let catalogue = $state.raw<Catalogue>(english);

export function currentLanguage(): Language {
    return language;
}

export function chooseLanguage(wanted: Language): Promise<void> {
    localStorage.setItem(kept, wanted);
    return useLanguage(wanted);
}

export async function useLanguage(wanted: Language): Promise<void> {
    catalogue = await read(wanted);
    language = wanted;
    document.documentElement.lang = wanted;
    document.documentElement.dir = wanted === "ar" ? "rtl" : "ltr";
}

export function say(id: WordId, values: Record<string, string | number> = {}): string {
    let text = catalogue[id];
    if (text === undefined && typeof values.count === "number") {
        const category = once(`plural ${language}`, () => new Intl.PluralRules(language)).select(values.count);
        text = catalogue[`${id}_${category}`] ?? catalogue[`${id}_other`];
    }
    return (text ?? id).replace(/\{(\w+)\}/g, (_, name: string) => {
        const value = values[name];
        return typeof value === "number" ? sayNumber(value) : isolated(value ?? "");
    });
}

const [leftToRight, endOfIsolate] = [0x2066, 0x2069]; // not as letters: these hide in a source
// Among letters from right to left "2026-01-15" would be shown as 15-01-2026 (api/words.cc does the
// same for the server's words).
function isolated(value: string): string {
    const isRightToLeft = language === "ar";
    if (!isRightToLeft || value === "" || /[\u0590-\u08ff]/.test(value)) return value;
    return `${String.fromCodePoint(leftToRight)}${value}${String.fromCodePoint(endOfIsolate)}`;
}

// For ids that are put together from the server's codes: nothing when there are no such words.
export function sayIfKnown(id: string): string | undefined {
    return catalogue[id];
}

// British and American English write dates differently: the browser knows which is wanted.
function locale(): string {
    return navigator.languages.find((tag) => shipped(tag) === language) ?? language;
}

// Made once each: the browser takes longer to make one than to write a hundred dates with it.
const made = new Map<string, unknown>();
function once<T>(name: string, make: () => T): T {
    if (!made.has(name)) made.set(name, make());
    return made.get(name) as T;
}

function sayDate(rfc3339: string, options: Intl.DateTimeFormatOptions): string {
    const tag = locale();
    return once(`date ${tag} ${options.timeStyle}`, () => new Intl.DateTimeFormat(tag, options)).format(new Date(rfc3339));
}

export const sayTime = (rfc3339: string) => sayDate(rfc3339, { dateStyle: "long", timeStyle: "short" });
export const sayDay = (rfc3339: string) => sayDate(rfc3339, { dateStyle: "long" });

export function sayNumber(value: number, options: Intl.NumberFormatOptions = {}): string {
    return once(`number ${language} ${JSON.stringify(options)}`, () => new Intl.NumberFormat(language, options)).format(value);
}
