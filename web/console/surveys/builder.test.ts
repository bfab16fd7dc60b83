// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { kinds, withQuestion } from "./api.ts";

test("questions are added at the end, each under a name of its own", () => {
    let text = '{"title": "Visit"}';
    for (const kind of kinds) text = withQuestion(text, kind, "How?", ["a", "b"]);
    const made = JSON.parse(text) as { elements: { type: string; name: string; rateMax?: number }[] };
    expect(made.elements.map((one) => one.name)).toEqual(kinds.map((_, i) => `question_${i + 1}`));
    expect(made.elements.slice(0, 3).map((one) => one.rateMax)).toEqual([10, 5, 7]);
    const paged = JSON.parse(withQuestion('{"pages": [{"name": "a"}, {"name": "b"}]}', "nps", "?", [])) as { pages: { elements?: unknown[] }[] };
    expect(paged.pages.map((page) => page.elements?.length ?? 0)).toEqual([0, 1]);
});
