// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { deskAddress, distance, queuePath, shortId, showOf, turnOf } from "./desk.ts";

const asked = (text: string) => new URLSearchParams(text);
const queue = "/api/v1/desk/requests";

test("the queue asks for what waits for us when the address asks for nothing", () => {
    expect(queuePath(asked(""), "emp_1", 50)).toBe(`${queue}?ours=true&limit=50`);
    expect(showOf(asked("show=nonsense"))).toBe("ours");
});

test("filters of the address become the call's", () => {
    expect(queuePath(asked("show=overdue&who=mine"), "emp_1", 50)).toBe(`${queue}?overdue=true&assignee=emp_1&limit=50`);
    expect(queuePath(asked("show=waiting&who=nobody"), "emp_1", 50, "req_9")).toBe(`${queue}?state=waiting&assignee=&limit=50&cursor=req_9`);
    expect(queuePath(asked("show=all&who=emp_2"), "emp_1", 200)).toBe(`${queue}?assignee=emp_2&limit=200`);
});

test("a request opens with the filters kept, and closes to them", () => {
    expect(deskAddress(asked("show=new&lang=ar"), "req_1")).toBe("/console/desk?show=new&request=req_1");
    expect(deskAddress(asked("show=new&request=req_1"), "")).toBe("/console/desk?show=new");
    expect(deskAddress(asked("request=req_1"), "")).toBe("/console/desk");
});

test("a deadline is told in the largest unit that has passed", () => {
    const now = Date.parse("2026-01-15T12:00:00Z");
    expect(distance("2026-01-15T12:59:30Z", now)).toEqual([59, "minute"]);
    expect(distance("2026-01-17T11:00:00Z", now)).toEqual([47, "hour"]);
    expect(distance("2026-01-12T11:00:00Z", now)).toEqual([-3, "day"]);
    expect(Object.is(distance("2026-01-15T11:59:30Z", now)[0], -0)).toBe(true);
});

test("it is ours to move until somebody answered", () => {
    expect((["new", "open", "waiting", "solved", "closed"] as const).map(turnOf)).toEqual(["ours", "ours", "customers", "nobodys", "nobodys"]);
    expect(shortId("req_01hzxabcdef")).toBe("abcdef");
});
