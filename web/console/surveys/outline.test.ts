// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { changed, moved, questionsOf, removed } from "./outline.ts";

const flat = JSON.stringify({ title: "Visit", elements: [
    { type: "rating", name: "a", title: "How?", rateMax: 10 },
    { type: "radiogroup", name: "b", title: { default: "Which?", fr: "Lequel ?" }, choices: ["x", "y"], isRequired: true },
    { type: "dropdown", name: "c", choices: [{ value: 1, text: "one" }] }] });
const paged = JSON.stringify({ pages: [{ name: "p", elements: [{ type: "boolean", name: "a" }, { type: "comment", name: "b" }] }, { name: "q" }] });
const names = (text: string) => questionsOf(text).map((one) => one.name).join("");

test("questions are listed as they are asked, and what is no definition has none", () => {
    expect(questionsOf(flat)).toEqual([
        { name: "a", type: "rating", title: "How?", required: false, choices: undefined, translated: false },
        { name: "b", type: "radiogroup", title: "Which?", required: true, choices: ["x", "y"], translated: true },
        { name: "c", type: "dropdown", title: "c", required: false, choices: undefined, translated: false }]);
    for (const text of ["{", "null", '"x"', "[]"]) expect(questionsOf(text).length).toBe(0);
});

test("a question moves one place, over the edge of a page too, and never away", () => {
    expect(names(moved(flat, 0, 1))).toBe("bac");
    expect(names(moved(flat, 2, -1))).toBe("acb");
    expect(names(moved(flat, 0, -1))).toBe("abc");
    expect(names(moved(flat, 2, 1))).toBe("abc");
    const over = JSON.parse(moved(paged, 1, 1)) as { pages: { elements: { name: string }[] }[] };
    expect(over.pages.map((page) => page.elements.map((one) => one.name).join(""))).toEqual(["a", "b"]);
    expect(names(moved(JSON.stringify(over), 1, -1))).toBe("ab");
});

test("what is changed is changed, and all else stays as it was written", () => {
    const told = JSON.parse(changed(flat, 1, { title: "Which one?", required: false })) as { elements: object[] };
    expect(told.elements[1]).toEqual({ type: "radiogroup", name: "b", title: { default: "Which one?", fr: "Lequel ?" }, choices: ["x", "y"] });
    expect(questionsOf(changed(flat, 0, { required: true }))[0]!.required).toBe(true);
    expect(questionsOf(changed(flat, 1, { choices: ["z"] }))[1]!.choices).toEqual(["z"]);
    expect(names(removed(flat, 1))).toBe("ac");
    expect(JSON.parse(removed(flat, 1))).toMatchObject({ title: "Visit" });
});
