// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { fill, leftOpen, textIn } from "./ready.ts";

test("places are filled as they stand, and what is not known stays to be filled", () => {
    expect(fill("Dear {name}, {name}! {organization}", { name: "$& Ada", organization: "Lindenhof" })).toBe("Dear $& Ada, $& Ada! Lindenhof");
    expect(fill("Dear {name}", { name: "" })).toBe("Dear {name}");
    expect(leftOpen("Dear {name}, of {number} {other}")).toEqual(["{name}", "{number}"]);
});

test("an answer is shown in the page's language, else in one it has", () => {
    const answer = { answer: "rdy_1", changed: "", texts: { en: { title: "Hours", text: "x" }, ja: { title: "時間", text: "y" } } };
    expect(textIn(answer, "ja").title).toBe("時間");
    expect(textIn(answer, "fr").title).toBe("Hours");
});
