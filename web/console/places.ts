// SPDX-License-Identifier: Apache-2.0
// Every page of the console: its address, its name, and the roles it is for. Navigation, palette and
// router read this one list.
import type { WordId } from "../shared/words.svelte.ts";

export type Role = "intake" | "agent" | "marketer" | "researcher" | "web" | "officer" | "auditor" | "operator" | "admin";

export const reports = ["summary", "live", "pages", "entries", "exits", "paths", "time_on_page", "referrers", "channels",
    "campaigns", "countries", "browsers", "systems", "devices", "origins", "outbound", "events",
    "goals", "funnel", "bots"] as const;
export type ReportName = (typeof reports)[number];

export interface Place {
    path: string;
    title: WordId;
    group: "own" | "desk" | "outreach" | "traffic" | "out";
    roles?: Role[]; // nothing: every employee
    report?: ReportName;
}

export const places: Place[] = [
    { path: "/console", title: "overview", group: "own" },
    { path: "/console/desk", title: "desk_queue", group: "desk", roles: ["agent"] },
    { path: "/console/desk/call", title: "desk_call", group: "desk", roles: ["agent"] },
    { path: "/console/desk/ready", title: "desk_ready", group: "desk", roles: ["agent"] },
    { path: "/console/desk/rights", title: "desk_rights", group: "desk", roles: ["officer"] },
    { path: "/console/audience", title: "audience", group: "outreach", roles: ["marketer"] },
    ...reports.map((report): Place => ({
        path: `/console/traffic/${report}`, title: `report_${report}`, group: "traffic", roles: ["web"], report,
    })),
    { path: "/console/links", title: "shared_links", group: "traffic", roles: ["web"] },
    { path: "/console/surveys", title: "surveys_menu", group: "own", roles: ["researcher"] },
    { path: "/console/guidelines", title: "guidelines", group: "own" },
    { path: "/console/me", title: "my_sign_in", group: "own" },
    { path: "/console/sign-in", title: "sign_in", group: "out" },
    { path: "/console/join", title: "join", group: "out" },
    { path: "/console/shared", title: "shared", group: "out" },
];

export function placeAt(path: string): Place {
    return places.find((place) => place.path === path.replace(/(?<=.)\/$/, "")) ?? places[0]!;
}

export function placesFor(roles: Role[]): Place[] {
    return places.filter((place) => place.group !== "out" && (!place.roles || place.roles.some((role) => roles.includes(role))));
}
