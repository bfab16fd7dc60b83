// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { checksOf, suggestPassword } from "./password.ts";

const failing = (password: string, email = "") =>
    checksOf(password, email).filter((check) => !check.holds).map((check) => check.id);

test("characters are counted, not code units", () => {
    expect(failing("😀😀😀😀😀😀😀😀😀😀a1")).toEqual([]);
    expect(failing("short1")).toEqual(["password_length"]);
});

test("the address itself is no password, however it is written", () => {
    expect(failing("ada1@example.com", " Ada1@Example.com ")).toEqual(["password_not_address"]);
});

test("suggestions differ and pass every check", () => {
    const made = new Set(Array.from({ length: 100 }, () => suggestPassword()));
    expect(made.size).toBe(100);
    for (const password of made) expect(failing(password)).toEqual([]);
});
