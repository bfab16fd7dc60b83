// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { isRisky, kindOf, sizeOf } from "./attachments.ts";

test("a type has a word that people know", () => {
    expect(kindOf("application/pdf")).toBe("pdf");
    expect(kindOf("image/png")).toBe("image");
    expect(kindOf("image/svg+xml")).toBe("page");
    expect(kindOf("application/vnd.openxmlformats-officedocument.wordprocessingml.document")).toBe("document");
    expect(kindOf("application/vnd.microsoft.portable-executable")).toBe("program");
    expect(kindOf("application/octet-stream")).toBe("unknown");
});

test("what runs when it is opened is told apart", () => {
    expect(isRisky("text/html")).toBe(true);
    expect(isRisky("application/zip")).toBe(true);
    expect(isRisky("application/pdf")).toBe(false);
});

test("a size is in the largest unit of which there is one", () => {
    expect(sizeOf(999)).toEqual([999, "byte"]);
    expect(sizeOf(1_500)).toEqual([1.5, "kilobyte"]);
    expect(sizeOf(2_000_000)).toEqual([2, "megabyte"]);
});
