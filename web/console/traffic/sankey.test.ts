// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { draw } from "./sankey.ts";

const rows = [
    { from: "(entry)", to: "/", step: 1, views: 30 },
    { from: "/", to: "/prices", step: 2, views: 20 },
    { from: "/", to: "/about", step: 2, views: 5 },
    { from: "/prices", to: "/", step: 3, views: 8 },
];

test("a page stands once in each step it appears in, and boxes of a step do not overlap", () => {
    const { boxes, bands } = draw(rows, "forward");
    expect(boxes.map((box) => `${box.x} ${box.name}`)).toEqual(["0 (entry)", "240 /", "480 /prices", "480 /about", "720 /"]);
    expect(bands).toHaveLength(rows.length);
    for (const x of new Set(boxes.map((box) => box.x))) {
        const column = boxes.filter((box) => box.x === x).sort((a, b) => a.y - b.y);
        for (let i = 1; i < column.length; ++i) expect(column[i]!.y).toBeGreaterThanOrEqual(column[i - 1]!.y + column[i - 1]!.height);
    }
});

test("a box is as tall as the more of what comes in and what goes out", () => {
    const { boxes } = draw(rows, "forward");
    expect(boxes.find((box) => box.x === 240)!.views).toBe(30);
    expect(boxes.find((box) => box.name === "/prices")!.views).toBe(20);
});

test("backward, the first step ends on the right", () => {
    const { boxes } = draw([{ from: "/b", to: "/a", step: 1, views: 9 }, { from: "/c", to: "/b", step: 2, views: 7 }], "backward");
    expect(boxes.map((box) => `${box.x} ${box.name}`)).toEqual(["0 /c", "240 /b", "480 /a"]);
});

test("nothing is drawn of nothing", () => {
    expect(draw([], "forward")).toMatchObject({ boxes: [], bands: [] });
});
