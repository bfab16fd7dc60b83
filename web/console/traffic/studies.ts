// SPDX-License-Identifier: Apache-2.0
// What the web team keeps: goals, funnels, segments, and links that show one report.
import { call, json, type List } from "../../shared/api.ts";
import type { Report } from "../api.ts";
import type { ReportName } from "../places.ts";
import { byPageOnly } from "./query.ts";

export type StudyKind = "goal" | "funnel" | "segment" | "link";
export interface NewStudy {
    kind: StudyKind;
    name: string;
    site?: string;
    terms: string[];
    report?: string;
    days?: number;
    noise?: boolean;
}
export interface Study extends NewStudy {
    study: string;
    site: string;
    created: string;
    link?: string; // of a new link: shown once
}

export const studies = {
    list: (site: string) => json<List<Study>>("GET", `/api/v1/studies${site && `?site=${encodeURIComponent(site)}`}`),
    keep: (study: NewStudy) => json<Study>("POST", "/api/v1/studies", study),
    remove: (id: string) => call("DELETE", `/api/v1/studies/${id}`),
    shared: (link: string) => json<Report>("POST", "/api/v1/studies/shared", { link }),
};

export const everies = ["never", "week", "month"] as const;
export type Every = (typeof everies)[number];
export const digests = {
    list: () => json<List<{ site: string; every: Every }>>("GET", "/api/v1/digests"),
    keep: (site: string | undefined, every: Every) => json("PUT", "/api/v1/digests", { every, ...(site ? { site } : {}) }),
};

// One list of views, whose counts of one browser are bounded: there noise can hide it.
export const withNoise: ReportName[] = ["pages", "entries", "referrers", "channels", "campaigns", "countries", "browsers",
    "systems", "devices", "origins"];
export const shareable = (report: ReportName) =>
    withNoise.includes(report) || ["summary", "exits", "time_on_page", "events", "outbound"].includes(report);

// "/thanks" is a page, "signup" an event.
export function goalOf(text: string): string {
    const wanted = text.trim();
    return wanted === "" ? "" : wanted.startsWith("/") ? `page:${wanted}` : `event:${wanted}`;
}
export const stepsOf = (lines: string) => lines.split("\n").map((line) => line.trim()).filter((line) => line !== "");
// The filters that a link to this report may hold.
export const termsFor = (report: ReportName, filters: string[]) =>
    filters.filter((one) => !byPageOnly.includes(report) || one.startsWith("page:"));
