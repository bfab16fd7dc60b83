// SPDX-License-Identifier: Apache-2.0
// From what the page's address asks to the call that answers it. Pure.
import type { ReportName } from "../places.ts";

const dayMs = 86_400_000;
export const ranges = ["today", "7", "30", "90", "365"] as const;
export type Range = (typeof ranges)[number] | "days";

// Reports that are counted apart from who came how: the server filters them by page alone.
export const byPageOnly: ReportName[] = ["exits", "paths", "time_on_page"];
// Reports that are one list: what a row is of, and its figures.
export const lists: Partial<Record<ReportName, [string, string[]]>> = {
    pages: ["page", ["views", "visits", "visitor_days"]],
    entries: ["page", ["visits", "visitor_days"]],
    exits: ["page", ["exits", "views"]],
    referrers: ["source", ["visits", "visitor_days"]],
    channels: ["channel", ["visits", "visitor_days"]],
    campaigns: ["campaign", ["visits", "visitor_days"]],
    countries: ["country", ["views", "visits", "visitor_days"]],
    browsers: ["browser", ["views", "visits", "visitor_days"]],
    systems: ["system", ["views", "visits", "visitor_days"]],
    devices: ["device", ["views", "visits", "visitor_days"]],
    origins: ["origin", ["views", "visits", "visitor_days"]],
    outbound: ["event", ["events"]],
    events: ["event", ["events"]],
    goals: ["goal", ["completions", "per_100_visits"]],
    bots: ["browser", ["views"]],
};
export const isDay = (text: string) => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);

export interface Days {
    range: Range;
    from: string;
    to: string;
}

export function daysOf(asked: URLSearchParams, now: number): Days {
    const from = asked.get("from") ?? "";
    const to = asked.get("to") ?? "";
    if (isDay(from) && isDay(to)) return from <= to ? { range: "days", from, to } : { range: "days", from: to, to: from };
    const range = ranges.find((one) => one === asked.get("range")) ?? "30";
    const count = range === "today" ? 1 : Number(range);
    return { range, from: dayOf(now - (count - 1) * dayMs), to: dayOf(now) };
}

// So that a chart has some tens of points.
export function intervalOf({ from, to }: Days): "hour" | "day" | "week" | "month" {
    const days = (Date.parse(to) - Date.parse(from)) / dayMs + 1;
    return days <= 2 ? "hour" : days <= 100 ? "day" : days <= 550 ? "week" : "month";
}

export const filtersOf = (asked: URLSearchParams) => asked.getAll("filter").filter((one) => one.includes(":"));
// What an event brought with it is asked of one event, whatever else is asked.
export function propertiesPathOf(asked: URLSearchParams, days: Days): string {
    const event = filtersOf(asked).find((one) => one.startsWith("event:"));
    if (!event) return "";
    return pathOf("properties", "events", new URLSearchParams([["site", asked.get("site") ?? ""], ["filter", event]]), days);
}
export const filtersFor = (report: ReportName, asked: URLSearchParams) =>
    filtersOf(asked).filter((one) => !byPageOnly.includes(report) || one.startsWith("page:"));

export function pathOf(name: string, report: ReportName, asked: URLSearchParams, days: Days, more: Record<string, string> = {}): string {
    const query = new URLSearchParams();
    const site = asked.get("site");
    if (site) query.set("site", site);
    if (name !== "live") {
        query.set("from", days.from);
        query.set("to", days.to);
        for (const filter of filtersFor(report, asked)) query.append("filter", filter);
    }
    for (const [key, value] of Object.entries(more)) if (value) query.set(key, value);
    const text = query.toString();
    return `/api/v1/traffic/${name}${text && `?${text}`}`;
}
