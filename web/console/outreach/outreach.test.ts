// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { contactPurposes, embedded, sharesOf } from "./outreach.ts";

test("shares stand one after the other, the reached first and the commonest reason next", () => {
    expect(sharesOf({ purpose: "offers", reachable: 3, excluded: { objected: 1, no_permission: 6, erased: 0 } })).toEqual([
        { reason: "", count: 3, before: 0 }, { reason: "no_permission", count: 6, before: 3 }, { reason: "objected", count: 1, before: 9 }]);
    expect(sharesOf({ purpose: "offers", reachable: 0, excluded: {} })).toEqual([]);
});

test("only purposes that write to people are asked for", () => {
    const offers = { name: "offers", label: "O", basis: "permission" as const, contact: true, sentence: "If you said yes." };
    const service = { name: "service", label: "S", basis: "contract" as const, contact: false };
    expect(contactPurposes({ purposes: [service, offers] })).toEqual([offers]);
});

test("the form for another site can hold no markup of a word's", () => {
    const form = embedded({ topics: [{ purpose: "offers", label: "", sentence: "" }] }, "https://portal.example", "fr",
        { email: 'A "<b>', join: "Go & join" });
    expect(form).toContain('action="https://portal.example/list?lang=fr"');
    expect(form).toContain('name="topic" value="offers"');
    expect(form).toContain("A &quot;&lt;b>");
    expect(form).toContain("Go &amp; join");
});
