// SPDX-License-Identifier: Apache-2.0
// Ready answers, and what is put into their places.
import { call, json, type List } from "../../shared/api.ts";
import type { Language } from "../../shared/words.svelte.ts";

export interface ReadyText {
    title: string;
    text: string;
}
export type ReadyTexts = Partial<Record<Language, ReadyText>>;
export interface ReadyAnswer {
    answer: string;
    changed: string;
    texts: ReadyTexts;
}

const all = "/api/v1/desk/ready-answers";
export const ready = {
    list: () => json<List<ReadyAnswer>>("GET", all),
    add: (texts: ReadyTexts) => json<ReadyAnswer>("POST", all, { texts }),
    replace: (id: string, texts: ReadyTexts) => json<ReadyAnswer>("PUT", `${all}/${id}`, { texts }),
    remove: (id: string) => call("DELETE", `${all}/${id}`),
};

export const places = ["name", "number", "organization"] as const;
export type Places = Partial<Record<(typeof places)[number], string>>;

// A place that nothing is known for stays as it is, for whoever writes to fill.
export const fill = (text: string, values: Places): string =>
    places.reduce((filled, place) => filled.replaceAll(`{${place}}`, () => values[place] || `{${place}}`), text);
export const leftOpen = (text: string): string[] => places.map((place) => `{${place}}`).filter((place) => text.includes(place));

// In the language of the page, or the first it has.
export function textIn(answer: ReadyAnswer, language: Language): ReadyText {
    return answer.texts[language] ?? Object.values(answer.texts)[0] ?? { title: "", text: "" };
}
