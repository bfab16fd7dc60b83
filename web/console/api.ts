// SPDX-License-Identifier: Apache-2.0
// The server's surface as the console calls it.
import { call, json, type List, type NewPasskey, type Passkey, type PasskeyAnswer, type PasskeyChallenge } from "../shared/api.ts";
import type { Role } from "./places.ts";

export interface Employee {
    employee: string;
    name: string;
    email: string;
    roles: Role[];
    language: string;
}
export interface Me extends Employee {
    acknowledged: boolean;
    policy_version: string;
    organization: string;
    recovery_codes_left: number;
    password_changed: string;
}
export interface Invitation extends Employee {
    organization: string;
    totp_secret: string;
    totp_uri: string;
}
export interface StaffSession {
    created: string;
    seen: string;
    current: boolean;
}
export interface Guidelines {
    version: string;
    effective: string;
    language: string;
    title: string;
    digest: string;
    sections: { heading: string; level: number; paragraphs: { text: string; list_item: boolean }[] }[];
    acknowledged: { version: string; language: string; digest: string; at: string } | null;
}

export type Cell = string | number | null;
export type Row = Record<string, Cell>;
export interface Report {
    report: string;
    site: string;
    from: string;
    to: string;
    k: number;
    suppressed: boolean;
    totals: Record<string, number | boolean>;
    previous?: Record<string, number | boolean>;
    rows: Row[];
    other: Row | null;
    filters: string[];
    noise?: { deviation: number; pages: number };
    minutes?: number[];
    attribution?: { text: string; href: string };
}

const staff = "/api/v1/staff";

export const api = {
    signIn: async (email: string, password: string, code = "") =>
        json<{ wants: "code" | null }>("POST", `${staff}/sign-in`, code ? { email, password, code } : { email, password }),
    signInByPasskey: (answer: PasskeyAnswer) => json<{ employee: string }>("POST", `${staff}/sign-in/passkey`, answer),
    stepUp: (password: string, code?: string) => call("POST", `${staff}/step-up`, { password, code }),
    stepUpByPasskey: (passkey: PasskeyAnswer) => call("POST", `${staff}/step-up`, { passkey }),
    passkeyChallenge: (act: "register" | "sign_in" | "step_up") =>
        json<PasskeyChallenge>("POST", `${staff}/passkeys/challenge`, { for: act }),
    passkeys: () => json<List<Passkey>>("GET", `${staff}/passkeys`),
    addPasskey: (passkey: NewPasskey) => call("POST", `${staff}/passkeys`, passkey),
    renamePasskey: (id: string, name: string) => call("PUT", `${staff}/passkeys/${id}`, { name }),
    removePasskey: (id: string) => call("DELETE", `${staff}/passkeys/${id}`),
    renewRecoveryCodes: () => json<{ recovery_codes: string[] }>("POST", `${staff}/recovery-codes`),
    signOut: () => call("POST", `${staff}/sign-out`),
    invitation: (link: string) => json<Invitation>("POST", `${staff}/invitation`, { link }),
    join: (link: string, password: string, code: string) =>
        json<{ recovery_codes: string[] }>("POST", `${staff}/join`, { link, password, code }),
    me: () => json<Me>("GET", `${staff}/me`),
    changePassword: (current: string, password: string) => call("PUT", `${staff}/password`, { current, password }),
    sessions: () => json<List<StaffSession>>("GET", `${staff}/sessions`),
    endOtherSessions: () => json<{ sessions_ended: number }>("DELETE", `${staff}/sessions`),
    guidelines: () => json<Guidelines>("GET", `${staff}/guidelines`),
    acknowledge: ({ version, language, digest }: Guidelines) =>
        json<unknown>("POST", `${staff}/guidelines`, { version, language, digest }),
    sites: () => json<{ sites: string[]; reports: string[] }>("GET", "/api/v1/traffic"),
    report: (path: string) => json<Report>("GET", path),
};
