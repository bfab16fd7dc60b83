// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { goalOf, shareable, stepsOf, termsFor } from "./studies.ts";

test("a goal is a page by its path, an event by its name", () => {
    expect([" /thanks ", "signup", ""].map(goalOf)).toEqual(["page:/thanks", "event:signup", ""]);
});
test("a funnel is one page a line", () => {
    expect(stepsOf("/a\n\n  /b \r\n")).toEqual(["/a", "/b"]);
});
test("a link takes only filters that its report knows", () => {
    expect(termsFor("exits", ["country:DE", "page:/a"])).toEqual(["page:/a"]);
    expect(termsFor("pages", ["country:DE"])).toEqual(["country:DE"]);
    expect([shareable("countries"), shareable("paths")]).toEqual([true, false]);
});
