// SPDX-License-Identifier: Apache-2.0
// The marketer's calls, and what is made of their answers.
import { json, type Purpose, Refusal } from "../../shared/api.ts";
import { currentLanguage, sayIfKnown } from "../../shared/words.svelte.ts";

export interface Policy {
    purposes: Purpose[];
}
export interface Counted {
    purpose: string;
    reachable: number;
    excluded: Record<string, number>;
}
export interface Offer {
    topics: { purpose: string; label: string; sentence: string }[];
}
export interface Share {
    reason: string; // empty: reached
    count: number;
    before: number; // of all that stand before it
}

export const outreach = {
    policy: () => json<Policy>("GET", `/api/v1/policy?lang=${currentLanguage()}`),
    // A policy without a list has no such place.
    offer: async () => {
        try {
            return await json<Offer>("GET", `/api/v1/list?lang=${currentLanguage()}`);
        } catch (found) {
            if (found instanceof Refusal && found.gone) return undefined;
            throw found;
        }
    },
    audience: (purpose: string) => json<Counted>("POST", "/api/v1/audiences", { purpose }),
};

// What means writing to somebody unasked.
export const contactPurposes = (policy: Policy): Purpose[] => policy.purposes.filter((one) => one.contact);

// The reached first, then the reasons, the commonest first.
export function sharesOf({ reachable, excluded }: Counted): Share[] {
    const reasons = Object.entries(excluded).sort(([a, m], [b, n]) => n - m || a.localeCompare(b));
    let before = 0;
    return ([["", reachable], ...reasons] as [string, number][]).filter(([, count]) => count > 0).map(([reason, count]) => {
        const share = { reason, count, before };
        before += count;
        return share;
    });
}

export const reasonOf = (because: string): string =>
    sayIfKnown(`audience_because_${because}`) ?? sayIfKnown(`desk_because_${because}`) ?? sayIfKnown(`because_${because}`) ?? because;

const escaped = (text: string) =>
    text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

export function embedded(offer: Offer, origin: string, language: string, words: { email: string; join: string }): string {
    const topics = offer.topics.map(({ purpose }) => `  <input type="hidden" name="topic" value="${escaped(purpose)}">\n`);
    return `<form action="${escaped(origin)}/list?lang=${language}" method="post">\n`
        + `  <label>${escaped(words.email)} <input name="email" type="email" autocomplete="email" required></label>\n`
        + `${topics.join("")}  <button>${escaped(words.join)}</button>\n</form>\n`;
}
