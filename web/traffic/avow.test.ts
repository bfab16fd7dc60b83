// SPDX-License-Identifier: Apache-2.0
// The script in a browser of our making: what it stores, what it sends, and how it counts time.
import { readFileSync } from "node:fs";
import { runInNewContext } from "node:vm";
import ts from "typescript";
import { beforeEach, expect, test } from "vitest";

type Sent = Record<string, unknown>;
const source = readFileSync(new URL("./avow.ts", import.meta.url), "utf8").replace("export {};", "");
const script = ts.transpile(source, { target: ts.ScriptTarget.ES2022 });
const day = 864e5;
const alphabet = /^[0-9a-v][0-9a]$/;

class Browser {
    jar: { value: string; until: number } | undefined;
    time = Date.UTC(2026, 0, 15, 12);
    visible = true;
    focused = true;
    sent: Sent[] = [];
    emitted = new Set<string>();
    listeners: Record<string, ((event: unknown) => void)[]> = {};
    place = { origin: "https://site.example", host: "site.example", pathname: "/", search: "", hash: "" };
    navigator: Record<string, unknown> = {};
    history: Record<string, (state: unknown, title: string, to: string) => void> = {};

    // Loads the page: globals as the script finds them, then the script itself.
    load(path: string, options: Record<string, string> = {}) {
        this.listeners = {};
        this.place.pathname = path;
        const move = (_: unknown, __: string, to: string) => {
            this.place.pathname = to;
        };
        this.history = { pushState: move, replaceState: move };
        const self = this;
        runInNewContext(script, {
            location: this.place,
            navigator: this.navigator,
            performance: { now: () => this.time },
            Date: class extends Date {
                constructor() {
                    super(self.time);
                }
            },
            history: this.history,
            window: {},
            addEventListener: (name: string, act: (event: unknown) => void) =>
                (this.listeners[name] ??= []).push(act),
            fetch: (_: string, request: { body: string }) => {
                this.sent.push(JSON.parse(request.body));
                return Promise.resolve();
            },
            document: {
                currentScript: { src: "https://avow.example/t/avow.js", dataset: options },
                referrer: "",
                get visibilityState() {
                    return self.visible ? "visible" : "hidden";
                },
                hasFocus: () => this.focused,
                get cookie() {
                    const held = self.jar && self.jar.until > self.time ? self.jar.value : "";
                    return held ? `other=1; avow_t=${held}` : "other=1";
                },
                set cookie(text: string) {
                    const value = /^avow_t=([^;]*);/.exec(text)![1]!;
                    const age = Number(/max-age=(\d+)/.exec(text)![1]);
                    self.emitted.add(value);
                    self.jar = { value, until: self.time + age * 1000 };
                },
            },
        });
    }
    fire(name: string, event: unknown = {}) {
        for (const act of this.listeners[name] ?? []) act(event);
    }
    pass(ms: number) {
        this.time += ms;
    }
    views() {
        return this.sent.filter((event) => event.n === "pageview");
    }
    told() {
        return this.sent.filter((event) => event.n === "engagement");
    }
}

let browser: Browser;
beforeEach(() => (browser = new Browser()));

test("no cookie outside the published alphabet is ever stored, whatever is visited when", () => {
    let seed = 7;
    const dice = (sides: number) => (seed = (seed * 48271) % 2147483647) % sides;
    for (let visit = 0; visit < 400; ++visit) {
        if (dice(50) === 0) browser.jar = { value: "?!", until: browser.time + day };
        browser.load("/" + dice(3));
        browser.pass(dice(4) === 0 ? dice(45) * day : dice(3600_000));
    }
    for (const value of browser.emitted) expect(value).toMatch(alphabet);
    expect(browser.emitted.size).toBeGreaterThan(50);
    for (const { s, g, k } of browser.views() as { s: number; g: number; k: number }[]) {
        expect(s >= 0 && s < 16 && g >= 0 && g < 5 && k >= 1 && k <= 10).toBe(true);
        expect((s & 1) === 1).toBe(g > 0);
        if (g > 0) expect(k).toBe(1);
        // What the server refuses (alphabet.cc, telling_of).
        if (g === 4) expect(s).toBe(15);
        if (s & 8) expect(s & 4).toBe(4);
    }
});

test("a browser without a cookie is new to the day, the week, the month and the year, on each of its days", () => {
    for (let date = 1; date <= 365; ++date) {
        browser = new Browser();
        browser.time = Date.UTC(2026, 0, date, 9);
        browser.load("/");
        expect(browser.views().map(({ s, g, k }) => [s, g, k])).toEqual([[15, 4, 1]]);
    }
});

test("firsts are told once a day, week and month", () => {
    const days = [15, 15, 16, 19, 31].map((date) => Date.UTC(2026, 0, date, 9));
    for (const at of [...days, Date.UTC(2026, 1, 1, 9)]) {
        browser.time = at;
        browser.load("/");
    }
    // Thursday, again, Friday, Monday, Saturday of the next week, Sunday the first of February.
    expect(browser.views().map((view) => view.s)).toEqual([15, 0, 1, 3, 3, 5]);
});

test("time counts while the page is seen, in focus and in use", () => {
    browser.load("/a");
    browser.pass(10_000);
    browser.fire("scroll");
    browser.pass(5_000);
    browser.visible = false;
    browser.fire("visibilitychange");
    browser.pass(100_000);
    browser.visible = true;
    browser.fire("visibilitychange");
    browser.pass(200_000); // nobody touches it: a minute counts
    browser.fire("pagehide");
    expect(browser.told().map((event) => [event.e, event.w, event.q])).toEqual([
        [15_000, 0, 1],
        [75_000, 15_000, 2],
    ]);
});

test("pages of one program are pages, and know the one before", () => {
    browser.load("/a");
    browser.history.pushState!({}, "", "/b");
    browser.history.replaceState!({}, "", "/b");
    browser.place.pathname = "/a";
    browser.fire("popstate");
    expect(browser.views().map((view) => [view.u, view.f])).toEqual([
        ["https://site.example/a", ""],
        ["https://site.example/b", "/a"],
        ["https://site.example/a", "/b"],
    ]);
});

test("a page that comes back from the browser's store is read again", () => {
    browser.load("/a");
    browser.fire("pageshow", { persisted: false });
    expect(browser.views().length).toBe(1);
    browser.fire("pageshow", { persisted: true });
    expect(browser.views().map((view) => view.f)).toEqual(["", "/a"]);
});

test("a page that opens behind others waits until it is seen", () => {
    browser.visible = false;
    browser.load("/a");
    expect(browser.sent.length).toBe(0);
    browser.visible = true;
    browser.fire("visibilitychange");
    expect(browser.views().length).toBe(1);
});

test("whoever asks not to be tracked gets no cookie, and tells nothing", () => {
    browser.navigator = { globalPrivacyControl: true };
    browser.load("/a");
    expect(browser.emitted.size).toBe(0);
    expect(browser.views()[0]).not.toHaveProperty("s");
    browser.navigator = {};
    browser.load("/a", { cookie: "off" });
    expect(browser.emitted.size).toBe(0);
});
