// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { safeMarkup } from "./trusted.ts";

test("drawings are let through as they are", () => {
    for (const html of ["", '<svg viewBox="0 0 24 24"><path d="M1 1h3"/></svg>', '<symbol id="icon-check" viewBox="0 0 1 1"><g><rect x="1"></rect></g></symbol>'])
        expect(safeMarkup(html)).toBe(html);
});

test("anything else becomes text", () => {
    for (const html of ["<img src=x onerror=alert(1)>", '<svg onload="alert(1)"></svg>', "<svg><script>alert(1)</script></svg>",
        '<svg><a href="javascript:alert(1)"></a></svg>', '<svg xlink:href="x"></svg>', "a < b & c", "<b>bold</b>", '<path d="<b>"/>'])
        expect(safeMarkup(html)).not.toContain("<");
});

test("styles within drawings are left out", () => {
    expect(safeMarkup('<circle r="7" style="stroke:red"></circle>')).toBe('<circle r="7"></circle>');
});
