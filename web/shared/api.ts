// SPDX-License-Identifier: Apache-2.0
// The server's surface as the portal calls it. Failures are values of one kind: a problem (RFC
// 9457) with the wrong places by pointer, or `offline` when no answer came.
import type { Attachment } from "./attachments.ts";
import type { PasswordRules } from "./password.ts";
import { currentLanguage } from "./words.svelte.ts";

export interface Problem {
    status: number; // 0: no answer came
    title: string;
    detail: string;
    errors: { pointer: string; detail: string }[];
    id?: string;
    wantsStepUp?: boolean; // the password once more (RFC 9470)
    waitSeconds?: number;
}

export class Refusal extends Error {
    constructor(readonly problem: Problem) {
        super(problem.title);
    }
    get signedOut(): boolean {
        return this.problem.status === 401 && !this.wantsStepUp;
    }
    get gone(): boolean {
        return this.problem.status === 404;
    }
    get wantsStepUp(): boolean {
        return this.problem.wantsStepUp === true;
    }
    // What is wrong with one field of a form.
    at(pointer: string): string | undefined {
        return this.problem.errors.find((wrong) => wrong.pointer === pointer)?.detail;
    }
}

async function refusalOf(answer: Response): Promise<Refusal> {
    const problem: Problem = { status: answer.status, title: answer.statusText, detail: "", errors: [] };
    if (answer.headers.get("content-type")?.includes("json")) {
        Object.assign(problem, await answer.json().catch(() => ({})));
    }
    problem.wantsStepUp = answer.headers.get("www-authenticate")?.includes("insufficient_user_authentication") ?? false;
    problem.waitSeconds = Number(answer.headers.get("retry-after") ?? 0);
    return new Refusal(problem);
}

export interface SurveyForm {
    survey: string;
    title: string;
    mode: "named" | "pseudonymous" | "anonymous";
    state: "draft" | "open" | "closed";
    version: number;
    policy_version: string;
    purposes: { purpose: string; label: string; permission: boolean }[];
    begun?: boolean;
    definition?: object;
    answer?: { state: "draft" | "answered" | "declined" | "withdrawn"; at: string; content: object | null } | null;
}
export interface OwnSurveys {
    waiting: SurveyForm[];
    answered: SurveyForm[];
}
export interface SurveyReply {
    version: number;
    policy_version: string;
    answers: object;
    permissions: Record<string, boolean>;
    language: string;
}

export async function call(method: string, path: string, body?: unknown, key?: string): Promise<Response> {
    const asked = new URL(path, location.origin);
    asked.searchParams.set("lang", currentLanguage());
    let answer: Response;
    try {
        answer = await fetch(asked, {
            method,
            headers: {
                ...(body === undefined ? {} : { "content-type": "application/json" }),
                ...(key === undefined ? {} : { "idempotency-key": key }),
            },
            body: body === undefined ? undefined : JSON.stringify(body),
        });
    } catch {
        throw new Refusal({ status: 0, title: "", detail: "", errors: [] });
    }
    if (!answer.ok) throw await refusalOf(answer);
    return answer;
}

export async function json<T>(method: string, path: string, body?: unknown, key?: string): Promise<T> {
    return (await call(method, path, body, key)).json() as Promise<T>;
}

export interface Purpose {
    name: string;
    label: string;
    basis: "contract" | "legitimate-interest" | "permission";
    contact: boolean;
    sentence?: string;
}
export interface Policy {
    version: string;
    effective: string;
    title: string;
    organization: string;
    contact: string;
    purposes: Purpose[];
    channels: { name: string; label: string; fields: string[]; purposes: string[]; retain: string }[];
    fields: { name: string; label: string; category: string }[];
}
export interface PolicyChange {
    kind: "new" | "changed" | "gone";
    id: string;
    before: string | null;
    after: string | null;
}
// Of the catalogue, with the account that the customer has there.
export interface Service {
    service: string;
    company: string;
    label: string;
    text: string;
    state: "asked" | "open" | "closed" | null;
    since: string | null;
    request: string | null;
}
export interface Account {
    customer: string;
    created: string;
    language: string;
    name?: string;
    email?: string;
    address_verified: boolean;
    policy_version: string;
    policy_version_seen: string;
}
export interface Profile {
    fields: Record<string, string>;
    policy_version: string;
    email_asked?: string | null; // another address, until its link is followed
    updated?: string;
}
export interface Permission {
    purpose: string;
    label: string;
    basis: Purpose["basis"];
    contact: boolean;
    granted: boolean;
    objected: boolean;
    signalled: boolean; // a browser's privacy signal objects to it
    signal: "overrules" | "objects" | "answered" | null;
    since?: string;
    sentence?: string;
    ledger?: { entry: string };
    last_year?: { messages: number; uses: number; refused: number; more: boolean };
    evidence?: string;
    yes_since?: string; // of the yes that a signal overrules
}
export interface ReceiptLine {
    entry: string;
    kind: "permitted" | "withdrawn" | "collected";
    at: string;
    policy_version: string;
    purpose?: string;
    purpose_label?: string;
    channel?: string;
    channel_label?: string;
    evidence?: string;
    signal?: string;
}
export interface Collection {
    collection: string;
    channel: string;
    channel_label: string;
    at: string;
    policy_version: string;
    purposes: { name: string; label: string }[];
    fields: { field: string; datum: string; label: string; value: string; kept_words: string; kept_until?: string }[];
    ledger: { entry: string };
}
export interface PasswordFacts {
    changed: string;
    remind_days: number;
    reminder_due: boolean;
    choose_another: boolean;
}
export interface Session {
    session: string;
    created: string;
    seen: string;
    current: boolean;
}
export interface Passkey {
    passkey: string;
    name: string;
    created: string;
    used: string | null;
    backed_up: boolean;
}
export interface PasskeyChallenge {
    challenge: string;
    site: string;
    holder?: string;
    credentials?: string[];
    algorithms?: number[];
}
export interface NewPasskey {
    name: string;
    challenge: string;
    response: { client_data: string; attestation: string };
}
export interface PasskeyAnswer {
    challenge: string;
    credential: string;
    holder: string;
    response: { client_data: string; authenticator_data: string; signature: string };
}
export interface SecondFactor {
    authenticator_since: string | null;
    recovery_codes: number;
}
export interface AuthenticatorOffer {
    secret: string;
    uri: string;
}
export interface UseField {
    decision: "allowed" | "refused";
    because: string;
    sentence?: string;
}
export interface Use {
    use: string;
    at: string;
    kind: string;
    decision: "allowed" | "partly" | "refused";
    purpose?: string;
    purpose_label?: string;
    actor?: string;
    reason?: string;
    letter?: string; // which one, of a use that mailed one
    permission?: { entry: string; since: string }; // the yes that it rested on
    recipient?: string;
    authority?: string;
    reference?: string;
    fields?: Record<string, UseField>;
    ledger: { entry: string };
}
export const useKinds = ["use", "refusal", "disclosure", "message", "reading"] as const;
export interface UseFilter {
    kind?: string;
    purpose?: string;
    field?: string;
    from?: string;
    to?: string; // the day after the last one
}
export interface Archive {
    export: string;
    state: "waiting" | "making" | "ready" | "fetching" | "fetched" | "failed";
    done: number;
    total: number;
    size: number;
    gone_at: string;
}
export type RightKind = "access" | "correction" | "erasure" | "objection";
export const rightKinds: RightKind[] = ["access", "correction", "erasure", "objection"];
export type RightState = "received" | "unshown" | "open" | "collecting" | "review" | "approved" | "carrying" | "ready"
    | "done" | "refused" | "withdrawn" | "expired";
export type RightGround = "not_identified" | "unfounded" | "excessive" | "others_rights" | "legal_duty";
// A request under the policy.
export interface Right {
    right: string;
    kind: RightKind;
    channel: string;
    agent: string | null; // who asks in the customer's name
    state: RightState;
    identified: boolean;
    received: string;
    updated: string;
    deadline: string | null;
    until: string | null;
    extended: "complexity" | "number" | null;
    ground: RightGround | null;
    can_withdraw: boolean;
}
export interface PlanLine {
    what: string;
    count: number;
    ground?: string;
    reason?: string;
    until?: string;
}
export interface ErasurePlan {
    whole: boolean;
    goes: PlanLine[];
    stays: PlanLine[];
    complete_in_backups_by: string;
}
export type RequestState = "new" | "open" | "waiting" | "solved" | "closed";
export interface RequestHead {
    request: string;
    subject: string | null;
    state: RequestState;
    channel: string;
    deadline: string | null;
    created: string;
    updated: string;
}
export interface RequestMessage {
    message: string;
    direction: "in" | "out";
    channel: string;
    at: string;
    text: string | null; // null: it is not kept any more
    author?: string;
    carried?: "letter" | "portal" | "nowhere" | "returned";
    automatic?: boolean;
    attachments_left_out?: number;
    attachments?: Attachment[];
}
export interface RequestThread extends RequestHead {
    messages: RequestMessage[];
}
export interface List<T> {
    items: T[];
    next: string | null;
}

export interface SignUpForm {
    email: string;
    password: string;
    name?: string;
    language: string;
    policy_version: string;
    permissions: Record<string, boolean>;
}

const customer = (id: string, rest: string) => `/api/v1/customers/${id}/${rest}`;

export const api = {
    policy: () => json<Policy>("GET", "/api/v1/policy"),
    policyChanges: (version: string, since: string) =>
        json<List<PolicyChange>>("GET", `/api/v1/policy/${encodeURIComponent(version)}/changes?since=${encodeURIComponent(since)}`),
    services: () => json<List<Service>>("GET", "/api/v1/account/services"),
    askService: (service: string, text: string) => json<Service>("POST", `/api/v1/account/services/${service}`, { text }),
    signUp: (form: SignUpForm, key: string) =>
        json<{ customer: string }>("POST", "/api/v1/account/sign-up", form, key),
    signIn: (email: string, password: string, code?: string, new_password?: string) =>
        json<{ customer: string }>("POST", "/api/v1/account/sign-in", { email, password, code, new_password }),
    signInByPasskey: (answer: PasskeyAnswer) =>
        json<{ customer: string }>("POST", "/api/v1/account/sign-in/passkey", answer),
    stepUp: (password: string, code?: string) => call("POST", "/api/v1/account/step-up", { password, code }),
    stepUpByPasskey: (passkey: PasskeyAnswer) => call("POST", "/api/v1/account/step-up", { passkey }),
    passkeyChallenge: (act: "register" | "sign_in" | "step_up") =>
        json<PasskeyChallenge>("POST", "/api/v1/account/passkeys/challenge", { for: act }),
    passkeys: () => json<List<Passkey>>("GET", "/api/v1/account/passkeys"),
    addPasskey: (passkey: NewPasskey) => call("POST", "/api/v1/account/passkeys", passkey),
    renamePasskey: (id: string, name: string) => call("PUT", `/api/v1/account/passkeys/${id}`, { name }),
    removePasskey: (id: string) => call("DELETE", `/api/v1/account/passkeys/${id}`),
    secondFactor: () => json<SecondFactor>("GET", "/api/v1/account/authenticator"),
    offerAuthenticator: () => json<AuthenticatorOffer>("POST", "/api/v1/account/authenticator"),
    confirmAuthenticator: (code: string) =>
        json<{ recovery_codes: string[] }>("PUT", "/api/v1/account/authenticator", { code }),
    removeAuthenticator: () => call("DELETE", "/api/v1/account/authenticator"),
    renewRecoveryCodes: () => json<{ recovery_codes: string[] }>("POST", "/api/v1/account/recovery-codes"),
    verifyAddress: (link: string, password?: string, code?: string) =>
        call("POST", "/api/v1/account/verify", { link, password, code }),
    stopLetters: (link: string) => json<{ purpose: string; label: string }>("POST", "/api/v1/public/stops", { link }),
    undoAddressChange: (link: string) => call("POST", "/api/v1/account/undo", { link }),
    forgetAddressChange: () => call("DELETE", "/api/v1/account/profile/email-asked"),
    sendVerifyLink: () => call("POST", "/api/v1/account/verify/send", {}),
    askReset: (email: string, language: string) => call("POST", "/api/v1/account/reset", { email, language }),
    finishReset: (link: string, password: string) => call("POST", "/api/v1/account/reset/finish", { link, password }),
    signOut: () => call("POST", "/api/v1/account/sign-out"),
    account: () => json<Account>("GET", "/api/v1/account"),
    passwordRules: () => json<PasswordRules>("GET", "/api/v1/account/password/rules"),
    password: () => json<PasswordFacts>("GET", "/api/v1/account/password"),
    changePassword: (current: string, password: string) =>
        json<{ sessions_ended: number }>("PUT", "/api/v1/account/password", { current, password }),
    remindPassword: (days: number) => json<PasswordFacts>("PUT", "/api/v1/account/password/reminder", { days }),
    sessions: () => json<List<Session>>("GET", "/api/v1/account/sessions"),
    endSession: (id: string) => call("DELETE", `/api/v1/account/sessions/${id}`),
    endOtherSessions: () => json<{ sessions_ended: number }>("DELETE", "/api/v1/account/sessions"),
    policySeen: (version: string) => call("PUT", "/api/v1/account/policy-seen", { version }),
    profile: () => json<Profile>("GET", "/api/v1/account/profile"),
    saveProfile: (profile: Pick<Profile, "fields" | "policy_version">) => json<Profile>("PUT", "/api/v1/account/profile", profile),
    permissions: (id: string, practice = false) =>
        json<List<Permission>>("GET", customer(id, `permissions${practice ? "?practice=true" : ""}`)),
    receipts: (id: string, cursor = "") =>
        json<List<ReceiptLine>>("GET", customer(id, `receipts?limit=20${cursor && `&cursor=${cursor}`}`)),
    permit: (id: string, purpose: string, granted: boolean) =>
        json<{ granted: boolean; since: string }>("PUT", customer(id, `permissions/${purpose}`), { granted }),
    collections: (id: string, cursor = "") =>
        json<List<Collection>>("GET", customer(id, `collections${cursor && `?cursor=${cursor}`}`)),
    uses: (id: string, filter: UseFilter = {}, cursor = "") => {
        const asked = new URLSearchParams();
        for (const [name, value] of Object.entries({ ...filter, cursor })) if (value) asked.set(name, value);
        return json<List<Use>>("GET", customer(id, `uses?${asked}`));
    },
    requests: (cursor = "") => json<List<RequestHead>>("GET", `/api/v1/requests${cursor && `?cursor=${cursor}`}`),
    request: (id: string) => json<RequestThread>("GET", `/api/v1/requests/${id}`),
    ask: (subject: string, text: string, key: string) =>
        json<RequestThread>("POST", "/api/v1/requests", { subject, text }, key),
    writeMore: (id: string, text: string, key: string) =>
        json<RequestThread>("POST", `/api/v1/requests/${id}/messages`, { text }, key),
    surveys: () => json<OwnSurveys>("GET", "/api/v1/account/surveys"),
    survey: (id: string) => json<SurveyForm>("GET", `/api/v1/account/surveys/${id}`),
    keepSurvey: (id: string, version: number, draft: { answers: object; page: number }) =>
        call("PUT", `/api/v1/account/surveys/${id}/draft`, { version, ...draft }),
    answerSurvey: (id: string, reply: SurveyReply) => call("POST", `/api/v1/account/surveys/${id}/answer`, reply),
    withdrawSurvey: (id: string) => call("DELETE", `/api/v1/account/surveys/${id}/answer`),
    declineSurvey: (id: string) => call("POST", `/api/v1/account/surveys/${id}/decline`),
    publicSurvey: (id: string) => json<SurveyForm>("GET", `/api/v1/public/surveys/${id}`),
    answerPublicSurvey: (id: string, reply: SurveyReply & { ticket: string }) =>
        json<{ code: string | null }>("POST", `/api/v1/public/surveys/${id}/answers`, reply),
    withdrawByCode: (code: string) => call("POST", "/api/v1/public/surveys/withdrawals", { code }),
    export: async (id: string) => (await call("GET", customer(id, "export"))).blob(),
    archive: async (id: string) => (await json<List<Archive>>("GET", customer(id, "exports"))).items[0],
    makeArchive: (id: string) => json<Archive>("POST", customer(id, "exports")),
    fetchArchive: async (id: string, one: string) => (await call("GET", customer(id, `exports/${one}/file`))).blob(),
    rights: async () => (await json<List<Right>>("GET", "/api/v1/rights")).items,
    askRight: (kind: RightKind, fields?: Record<string, string>) => json<Right>("POST", "/api/v1/rights", { kind, ...(fields ? { fields } : {}) }),
    moveRight: (id: string, how: "identify" | "withdraw" | "received") => json<Right>("POST", `/api/v1/rights/${id}/${how}`),
    fetchRight: async (id: string) => (await call("GET", `/api/v1/rights/${id}/file`)).blob(),
    // `part`: "" for everything, or data/…, collections/….
    erasurePlan: (id: string, part: string) =>
        json<ErasurePlan>("DELETE", `/api/v1/customers/${id}${part && `/${part}`}?preview=true`),
    erase: async (id: string, part: string) => (await call("DELETE", `/api/v1/customers/${id}${part && `/${part}`}`)).text(),
    proof: async (entry: string) => (await call("GET", `/api/v1/ledger/proofs/${entry}`)).text(),
    ledgerKey: async () => (await call("GET", "/ledger/key")).text(),
    tile: async (path: string) => new Uint8Array(await (await call("GET", `/ledger/${path}`)).arrayBuffer()),
};
