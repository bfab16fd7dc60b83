// SPDX-License-Identifier: Apache-2.0
// Surveys, as those call them who make and read them.
import { call, json, type List } from "../../shared/api.ts";

export interface Survey {
    survey: string;
    name: string;
    mode: "named" | "pseudonymous" | "anonymous";
    purposes: string[];
    state: "draft" | "open" | "closed";
    version: number;
    created: string;
    after_requests: boolean;
}
export interface WholeSurvey extends Survey {
    definition: object;
}
export interface Estimate {
    value: number;
    low: number;
    high: number;
}
export interface QuestionResult {
    question: string;
    type: string;
    answered: number;
    counts: { value: string; count: number }[];
    average: Estimate | null;
    measure: "nps" | "csat" | "ces" | null;
    estimate: Estimate | null;
    trend: { from: string; answered: number; estimate: Estimate | null }[];
}
export interface Results {
    answers: number;
    fewest_told: number;
    questions: QuestionResult[];
    cross: { rows: string; columns: string; row_values: string[]; column_values: string[]; cells: (number | null)[][] } | null;
}
export interface ReadAnswer {
    answer: string;
    day: string;
    version: number;
    because: string;
    answers: Record<string, unknown> | null;
}

const all = "/api/v1/surveys";

export const surveys = {
    list: (cursor = "") => json<List<Survey>>("GET", `${all}${cursor && `?cursor=${cursor}`}`),
    get: (id: string) => json<WholeSurvey>("GET", `${all}/${id}`),
    make: (wanted: { name: string; mode: string; purposes: string[]; definition: unknown }) => json<WholeSurvey>("POST", all, wanted),
    revise: (id: string, wanted: { name: string; version: number; definition: unknown }) => json<WholeSurvey>("PUT", `${all}/${id}`, wanted),
    state: (id: string, state: "open" | "closed") => json<Survey>("PUT", `${all}/${id}/state`, { state }),
    askAfterRequests: (id: string, asked: boolean) => json<Survey>("PUT", `${all}/${id}/after-requests`, { asked }),
    results: (id: string, asked: Record<string, string>) => json<Results>("GET", `${all}/${id}/results?${new URLSearchParams(asked)}`),
    answers: (id: string, purpose: string, cursor = "") =>
        json<List<ReadAnswer>>("GET", `${all}/${id}/answers?${new URLSearchParams({ purpose, limit: "50", ...(cursor && { cursor }) })}`),
    table: async (id: string, purpose: string) => (await call("GET", `${all}/${id}/answers.csv?${new URLSearchParams({ purpose })}`)).blob(),
};

// The questions of the common kinds, as SurveyJS spells them.
export const kinds = ["nps", "csat", "ces", "radiogroup", "checkbox", "boolean", "comment"] as const;
export type Kind = (typeof kinds)[number];

export function question(kind: Kind, name: string, title: string, choices: string[]): object {
    const scale = { nps: [0, 10], csat: [1, 5], ces: [1, 7] }[kind as "nps"];
    if (scale) return { type: "rating", name, title, rateMin: scale[0], rateMax: scale[1] };
    if (kind === "radiogroup" || kind === "checkbox") return { type: kind, name, title, choices };
    return { type: kind, name, title };
}

// The definition with one question more, at its end, under a name that is free.
export function withQuestion(text: string, kind: Kind, title: string, choices: string[]): string {
    const definition = JSON.parse(text) as { elements?: object[]; pages?: { elements?: object[] }[] };
    let number = 1;
    while (text.includes(`"question_${number}"`)) ++number;
    const made = question(kind, `question_${number}`, title, choices);
    const last = definition.pages?.at(-1);
    if (last) last.elements = [...(last.elements ?? []), made];
    else definition.elements = [...(definition.elements ?? []), made];
    return JSON.stringify(definition, null, 2);
}
