// SPDX-License-Identifier: Apache-2.0
// The desk's calls, and what its pages make of the answers.
import type { Attachment } from "../../shared/attachments.ts";
import { call, json, type List, type RequestState, type RightKind } from "../../shared/api.ts";

export type Act = "assign" | "note" | "ask_back" | "answer" | "reopen" | "wait" | "solve" | "close";
export type Carried = "letter" | "portal" | "nowhere";
// What would come of solving or closing it.
export type Satisfaction = "asked" | "no_survey" | "no_permission" | "no_address" | "no_account" | "answered" | "resting";
export interface DeskRequest {
    request: string;
    channel: string;
    state: RequestState;
    deadline: string | null;
    created: string;
    updated: string;
    customer: string;
    assignee: string | null;
    review: boolean;
    linked: string | null;
    merged_into: string | null;
    tags: string[];
    perhaps: { right: RightKind; deadline: string } | null;
    revision: number;
    acts: Act[];
}
export interface Text {
    decision: "allowed" | "refused";
    because: string;
    sentence?: string;
    value?: string;
}
export interface Message {
    message: string;
    direction: "in" | "out" | "note";
    channel: string;
    at: string;
    author?: string;
    carried?: Carried;
    automatic?: boolean;
    attachments_left_out?: number;
    attachments?: Attachment[];
    text?: Text;
}
export interface Used {
    customer: string;
    fields: Record<string, Text>;
}
export interface Thread extends DeskRequest {
    subject: string | null;
    messages: Message[];
    contact: Used | null;
    carries: Carried;
    satisfaction: Satisfaction | null;
    others: DeskRequest[]; // of the same customer
}
export interface Finding {
    request: DeskRequest;
    message: Message; // the newest of it that has the words
    subject: string;
    excerpt: string;
}
export interface Findings extends List<Finding> {
    looked_through: number; // messages
    withheld: number;
}
// A search so far.
export interface Searched {
    words: string;
    items: Finding[];
    through: number; // messages
    withheld: number;
    next: string | null;
}
export interface Counts {
    waiting: number;
    overdue: number;
    unassigned: number;
    mine: number;
}
export interface Colleague {
    employee: string;
    name: string;
    active: boolean;
}
export interface Present {
    who: string;
    writing: boolean;
}
export interface OverdueLetters {
    requests: boolean;
    rights: boolean;
}
export interface Ring {
    ring: string;
    number: string;
    since: string;
    own: boolean; // it rings for whoever looks alone
}
export interface Notice {
    policy_version: string;
    language: string;
    fields: string[];
    paragraphs: string[];
    permissions: { purpose: string; label: string; sentence: string | null }[];
}
export interface Change {
    state?: RequestState;
    assignee?: string;
    review?: boolean;
    tags?: string[];
    looks_like_a_right?: false;
    revision: number;
}
export interface Call {
    subject: string;
    text: string;
    customer?: string;
    fields: Record<string, string>;
    permissions?: Record<string, boolean>;
    notice_read?: { language: string };
    policy_version?: string;
}

const requests = "/api/v1/desk/requests";

export const desk = {
    counts: () => json<Counts>("GET", "/api/v1/desk"),
    people: () => json<List<Colleague>>("GET", "/api/v1/desk/people"),
    queue: (path: string) => json<List<DeskRequest>>("GET", path),
    search: (words: string, before: string | null) =>
        json<Findings>("POST", "/api/v1/desk/searches", before ? { words, before } : { words }),
    requestsOf: (customer: string) => json<List<DeskRequest>>("GET", `${requests}?customer=${customer}&limit=5`),
    open: (id: string) => json<Thread>("GET", `${requests}/${id}`),
    change: (id: string, change: Change) => json<DeskRequest>("PUT", `${requests}/${id}`, change),
    answer: (id: string, text: string, state: "waiting" | "solved", revision: number, key: string) =>
        json<{ request: DeskRequest; message: Message }>("POST", `${requests}/${id}/answers`, { text, state, revision }, key),
    note: (id: string, text: string, key: string) => json<Message>("POST", `${requests}/${id}/notes`, { text }, key),
    turn: (id: string, kind: RightKind) => json<{ right: string }>("POST", `${requests}/${id}/right`, { kind }),
    merge: (id: string, into: string, revision: number) => json<DeskRequest>("POST", `${requests}/${id}/merge`, { into, revision }),
    split: (id: string, message: string, revision: number) => json<DeskRequest>("POST", `${requests}/${id}/split`, { message, revision }),
    tags: async () => (await json<List<{ tag: string }>>("GET", "/api/v1/desk/tags")).items.map((one) => one.tag),
    makeTag: (tag: string) => json<{ tag: string }>("POST", "/api/v1/desk/tags", { tag }),
    removeTag: (tag: string) => call("DELETE", `/api/v1/desk/tags/${encodeURIComponent(tag)}`),
    fetchFile: async (id: string, message: string, number: number) =>
        (await call("GET", `${requests}/${id}/messages/${message}/attachments/${number}`)).blob(),
    come: (id: string, writing: boolean) =>
        json<{ request: DeskRequest; others: Present[] }>("PUT", `${requests}/${id}/presence`, { writing }),
    leave: (id: string) => call("DELETE", `${requests}/${id}/presence`),
    ringing: (extension: string) =>
        json<{ items: Ring[] }>("PUT", "/api/v1/desk/calls/ringing", extension ? { extension } : {}),
    overdueLetters: () => json<OverdueLetters>("GET", "/api/v1/desk/overdue-letters"),
    keepOverdueLetters: (choice: Partial<OverdueLetters>) => json<OverdueLetters>("PUT", "/api/v1/desk/overdue-letters", choice),
    takeRing: (ring: string) => call("DELETE", `/api/v1/desk/calls/ringing/${ring}`),
    notice: (language: string) => json<Notice>("GET", `/api/v1/desk/notices/${language}`),
    takeCall: (taken: Call, key: string) => json<DeskRequest>("POST", requests, taken, key),
    lookUp: (email: string, fields: string[], reason: string) =>
        json<Used>("POST", "/api/v1/uses", { lookup: { email }, fields, purpose: "service", reason }),
};

// Which of the queue; the first is shown when the address asks for none.
export const shows = ["ours", "overdue", "new", "open", "waiting", "solved", "closed", "all"] as const;
export type Show = (typeof shows)[number];
export const showOf = (asked: URLSearchParams): Show => shows.find((one) => one === asked.get("show")) ?? "ours";

// `me`: the id that "mine" stands for.
export function queuePath(asked: URLSearchParams, me: string, limit: number, cursor = ""): string {
    const query = new URLSearchParams();
    const show = showOf(asked);
    if (show === "ours" || show === "overdue") query.set(show, "true");
    else if (show !== "all") query.set("state", show);
    const who = asked.get("who");
    if (who === "nobody") query.set("assignee", "");
    else if (who) query.set("assignee", who === "mine" ? me : who);
    const tag = asked.get("tag");
    if (tag) query.set("tag", tag);
    query.set("limit", String(limit));
    if (cursor) query.set("cursor", cursor);
    return `${requests}?${query}`;
}

// The address of the queue with a request opened, or without one.
export function deskAddress(asked: URLSearchParams, request: string): string {
    const next = new URLSearchParams(asked);
    next.delete("request");
    next.delete("lang");
    if (request) next.set("request", request);
    const text = next.toString();
    return `/console/desk${text && `?${text}`}`;
}

// What people say to each other of a request: the end of its id, which differs first.
export const shortId = (id: string): string => id.slice(-6);

// How far a moment is, in the largest unit of which one has passed.
export function distance(rfc3339: string, now: number): [number, "minute" | "hour" | "day"] {
    const minutes = (Date.parse(rfc3339) - now) / 60_000;
    const toward = (value: number) => Math.trunc(value) || (minutes < 0 ? -0 : 0);
    if (Math.abs(minutes) < 60) return [toward(minutes), "minute"];
    if (Math.abs(minutes) < 48 * 60) return [toward(minutes / 60), "hour"];
    return [toward(minutes / 60 / 24), "day"];
}

export const turnOf = (state: RequestState): "ours" | "customers" | "nobodys" =>
    state === "new" || state === "open" ? "ours" : state === "waiting" ? "customers" : "nobodys";

// The acts that move a request without a word, and the state that each leads to.
export const moves: Partial<Record<Act, RequestState>> = { reopen: "open", wait: "waiting", solve: "solved", close: "closed" };

// A text that is not there any more, and not one that may not be read.
export const isGone = (text: Text | undefined): boolean =>
    !text || ["not_held", "erased", "retention_over"].includes(text.because);
