// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { draftOf, keepDraft } from "./drafts.ts";

test("a draft is kept with its kind, for who typed it and for nobody else", () => {
    keepDraft("emp_1", "req_1", { kind: "note", text: "ask the boss" });
    expect(draftOf("emp_1", "req_1")).toEqual({ kind: "note", text: "ask the boss" });
    expect(draftOf("emp_2", "req_1").text).toBe("");
    expect(draftOf("emp_1", "req_2").text).toBe("");
    keepDraft("emp_1", "req_1", { kind: "note", text: " " });
    expect(draftOf("emp_1", "req_1")).toEqual({ kind: "answer", text: "" });
});
