// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { homeCountry, readTelephone, showTelephone } from "./telephone.ts";

test("a number is kept with its country and shown as that one writes it", async () => {
    expect(await readTelephone("+44 20 7946 0000")).toBe("+442079460000");
    expect(await showTelephone("+442079460000")).toBe("+44 20 7946 0000");
    expect(await showTelephone("+493012345678")).toBe("+49 30 12345678");
});

test("without a code the reader's own country is meant, and without a country nothing is guessed", async () => {
    expect(await readTelephone("030 12345678", "DE")).toBe("+493012345678");
    expect(await readTelephone("020 7946 0000", "GB")).toBe("+442079460000");
    expect(await readTelephone("030 12345678", "XX")).toBeUndefined();
    expect(homeCountry(["de", "fr-CA", "en-GB"])).toBe("CA");
    expect(homeCountry(["de"])).toBeUndefined();
});

test("what nobody can call is none, and what was kept before stays readable", async () => {
    for (const typed of ["", "12", "+1", "call me", "+999 123"]) expect(await readTelephone(typed, "DE")).toBeUndefined();
    expect(await showTelephone("030/1234")).toBe("030/1234");
    expect(await showTelephone("+12")).toBe("+12");
});
