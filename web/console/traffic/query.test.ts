// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { daysOf, filtersFor, intervalOf, pathOf } from "./query.ts";

const now = Date.parse("2026-03-01T12:00:00Z");
const asked = (text: string) => new URLSearchParams(text);

test("thirty days with today are asked for unless others are named", () => {
    expect(daysOf(asked(""), now)).toEqual({ range: "30", from: "2026-01-31", to: "2026-03-01" });
    expect(daysOf(asked("range=today"), now)).toEqual({ range: "today", from: "2026-03-01", to: "2026-03-01" });
    expect(daysOf(asked("range=9999"), now).range).toBe("30");
});

test("named days go before a range, in whichever order they stand, and no other text is a day", () => {
    expect(daysOf(asked("range=7&from=2026-02-10&to=2026-02-01"), now)).toEqual({ range: "days", from: "2026-02-01", to: "2026-02-10" });
    expect(daysOf(asked("from=yesterday&to=2026-02-01"), now).range).toBe("30");
    expect(daysOf(asked("from=2026-13-41&to=2026-13-42"), now).range).toBe("30");
});

test("a chart of any time has no more than about a hundred points", () => {
    for (const [from, to, interval, most] of [
        ["2026-01-01", "2026-01-02", "hour", 48], ["2026-01-01", "2026-04-10", "day", 100],
        ["2025-01-01", "2026-03-01", "week", 100], ["2020-01-01", "2026-03-01", "month", 100]] as const) {
        expect(intervalOf({ range: "days", from, to })).toBe(interval);
        const days = (Date.parse(to) - Date.parse(from)) / 86_400_000 + 1;
        expect(days * { hour: 24, day: 1, week: 1 / 7, month: 1 / 28 }[interval]).toBeLessThanOrEqual(most);
    }
});

test("what is counted apart is asked with the filters it can have", () => {
    const both = asked("filter=page:/a%26b&filter=country:DE&filter=nonsense");
    expect(filtersFor("pages", both)).toEqual(["page:/a&b", "country:DE"]);
    expect(filtersFor("paths", both)).toEqual(["page:/a&b"]);
    const path = pathOf("paths", "paths", both, daysOf(both, now), { steps: "3", page: "" });
    expect(path).toBe("/api/v1/traffic/paths?from=2026-01-31&to=2026-03-01&filter=page%3A%2Fa%26b&steps=3");
    expect(pathOf("live", "live", asked("site=x&filter=page:/a"), daysOf(both, now))).toBe("/api/v1/traffic/live?site=x");
});
