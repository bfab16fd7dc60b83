// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { numberIn } from "./number.ts";

test("a number is read with its plus, written either way", () => {
    expect(numberIn("#number=%2B493012345")).toBe("+493012345");
    expect(numberIn("#number=+49 30 12345")).toBe("+49 30 12345");
    expect(numberIn("#number=030-12345")).toBe("030-12345");
});

test("what is no number is not taken", () => {
    for (const fragment of ["", "#", "#number=", "#number=anonymous", "#number=<b>", "#other=1", `#number=${"1".repeat(31)}`]) {
        expect(numberIn(fragment)).toBe("");
    }
});
