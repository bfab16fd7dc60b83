// SPDX-License-Identifier: Apache-2.0
// Visitors in a real browser, and what the reports say of them. The script counts no browser that
// says it is driven, and the server no headless one: these say neither.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch, openPage, Server, source } from "./avow.mjs";

const chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36";
const visitors = 6;
let server, browser, web;

before(async () => {
    server = await Server.start(join(source, "policy"));
    browser = await launch();
    web = server.token("web");
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

async function visitor(options = {}) {
    const page = await openPage(browser, server, { userAgent: chrome, ...options });
    await page.addInitScript(() => Object.defineProperty(Navigator.prototype, "webdriver", { get: () => false }));
    page.told = [];
    page.on("request", (sent) => sent.url().endsWith("/t/event") && page.told.push(sent.postDataJSON()));
    return page;
}

const report = async (name) => (await server.ask("GET", `/api/v1/traffic/${name}`, { token: web })).body;
const told = (page, act) =>
    Promise.all([page.waitForResponse((answer) => answer.url().endsWith("/t/event") && answer.status() === 202), act()]);

// What a page tells as it is left comes in after the test has gone on: asked until it is there.
async function until(name, holds) {
    for (let tries = 0; tries < 1200; ++tries) {
        const found = await report(name);
        if (holds(found)) return found;
        await new Promise((done) => setTimeout(done, 50));
    }
    assert.fail(`${name}: ${JSON.stringify(await report(name))}`);
}

test("pages, steps and time of visitors are counted, each once", async () => {
    for (let number = 0; number < visitors; ++number) {
        const page = await visitor();
        await told(page, () => page.goto("/"));
        await told(page, () => page.locator("nav a[href='/privacy']").first().click());
        await page.waitForURL("**/privacy");
        await page.bringToFront();
        await page.mouse.move(5, 5);
        await page.waitForTimeout(600);
        await told(page, () => page.evaluate(() => history.pushState(null, "", "/moved")));
        assert.deepEqual(page.complaints, []);
        const [first, ...more] = page.told.filter((event) => event.n === "pageview");
        assert.deepEqual([first.s, first.g, first.k], [15, 4, 1]);
        assert.deepEqual(more.map((event) => [event.s, event.g, event.k]), [[0, 0, 2], [0, 0, 3]]);
        assert.ok(page.told.every((event) => Object.keys(event).every((key) => "udnrfsgkewbqp".includes(key))));
        const [cookie, ...others] = await page.context().cookies();
        assert.deepEqual(others, []);
        const alphabet = (await server.ask("GET", "/t/alphabet")).body;
        assert.ok(cookie.name === alphabet.cookie && alphabet.values.includes(cookie.value));
        await page.context().close();
    }
    const summary = await until("summary", (found) => found.totals.views >= 3 * visitors);
    assert.deepEqual([summary.totals.views, summary.totals.visits, summary.totals.visitor_days],
        [3 * visitors, visitors, visitors]);
    const pages = (await report("pages")).rows.map((row) => [row.page, row.views]).sort();
    assert.deepEqual(pages, [["/", visitors], ["/moved", visitors], ["/privacy", visitors]]);
    const steps = (await report("paths?page=/&steps=2")).rows;
    assert.deepEqual(steps.map((row) => [row.from, row.to, row.views]),
        [["/", "/privacy", visitors], ["/privacy", "/moved", visitors]]);
    const entries = (await report("entries")).rows;
    assert.deepEqual(entries.map((row) => row.page), ["/"]);
    const time = await until("time_on_page?page=/privacy", (found) => found.rows.length > 0);
    assert.equal(time.rows[0].loads, visitors);
    assert.ok(time.rows[0].median_s >= 0.5 && time.rows[0].median_s < 10, JSON.stringify(time.rows));
});

test("who asks not to be tracked leaves no cookie", async () => {
    const page = await visitor();
    await page.addInitScript(() => Object.defineProperty(Navigator.prototype, "globalPrivacyControl", { get: () => true }));
    await told(page, () => page.goto("/"));
    assert.deepEqual(await page.context().cookies(), []);
    assert.deepEqual(Object.keys(page.told[0]).filter((key) => "sgk".includes(key)), []);
    await page.context().close();
});
