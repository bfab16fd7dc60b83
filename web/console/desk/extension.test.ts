// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { cleanExtension, isExtension } from "./extension.ts";

test("an extension is what a telephone system calls it, without spaces", () => {
    expect(cleanExtension(" 2 04 ")).toBe("204");
    for (const one of ["", "204", "PJSIP/204", "+493012345"]) expect(isExtension(one)).toBe(true);
    for (const one of ["grace@example.com", "2 04", "٢٠٤", "1".repeat(41)]) expect(isExtension(one)).toBe(false);
});
