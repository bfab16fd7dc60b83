// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { daysUntil, valuesOf } from "./rights.ts";

const now = Date.parse("2026-03-10T12:00:00Z");

test("days are counted down, and over is negative", () => {
    expect(daysUntil("2026-03-12T11:59:59Z", now)).toBe(1);
    expect(daysUntil("2026-03-12T12:00:00Z", now)).toBe(2);
    expect(daysUntil("2026-03-10T11:59:59Z", now)).toBe(-1);
});

test("values are shown whether they go or stay, and nothing else is", () => {
    const plan = {
        whole: false, complete_in_backups_by: "",
        goes: [{ what: "values", count: 2, channel: "portal", fields: ["email", "name"] }, { what: "key", count: 1 }],
        stays: [{ what: "values", count: 1, channel: "email", fields: ["message"], ground: "legal_hold" }],
    };
    expect(valuesOf({ plan, archive: null, purposes: [], fields: [] }).map((line) => line.channel)).toEqual(["portal", "email"]);
    expect(valuesOf({ plan: null, archive: null, purposes: [], fields: [] })).toEqual([]);
});
