// SPDX-License-Identifier: Apache-2.0
// Requests under the policy, as an officer's page calls for them.
import { type ErasurePlan, json, type Right, type RightGround } from "../../shared/api.ts";

export type OfficerAct = "identify" | "approve" | "again" | "extend" | "refuse";
export const grounds: RightGround[] = ["not_identified", "unfounded", "excessive", "others_rights", "legal_duty"];
export const reasons = ["complexity", "number"] as const;
export interface Preview {
    plan: (Omit<ErasurePlan, "goes" | "stays"> & { goes: Line[]; stays: Line[] }) | null;
    archive: { state: string; done: number; total: number; size: number } | null;
    purposes: string[];
    fields: string[];
}
export interface Line {
    what: string;
    count: number;
    channel?: string;
    fields?: string[];
    ground?: string;
}
export interface OfficerRight extends Right {
    customer: string;
    request: string | null;
    shown: "portal" | "officer" | null;
    approved_by: string | null;
    overdue: boolean;
    revision: number;
    acts: OfficerAct[];
    preview?: Preview;
}
export interface RightList {
    items: OfficerRight[];
    next: string | null;
    waiting: number;
    review: number;
    overdue: number;
}

const place = "/api/v1/desk/rights";
export const rights = {
    list: (unfinished: boolean, before = "") =>
        json<RightList>("GET", `${place}?unfinished=${unfinished}${before && `&before=${before}`}`),
    look: (id: string) => json<OfficerRight>("GET", `${place}/${id}`),
    fields: async (id: string) => (await json<{ fields: Record<string, string> }>("GET", `${place}/${id}/fields`)).fields,
    act: (one: OfficerRight, act: OfficerAct, more: object = {}) =>
        json<OfficerRight>("POST", `${place}/${one.right}/${act}`, { revision: one.revision, ...more }),
};

// Values that an answer holds or an erasure takes, by channel.
export function valuesOf(preview: Preview): Line[] {
    return [...(preview.plan?.goes ?? []), ...(preview.plan?.stays ?? [])].filter((line) => line.what === "values");
}

// Whole days until a time, down; negative when it is over.
export function daysUntil(time: string, now: number): number {
    return Math.floor((new Date(time).getTime() - now) / 86_400_000);
}
