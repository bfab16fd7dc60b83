// SPDX-License-Identifier: Apache-2.0
// The marketer's page in a real browser: who may be written to, in English and in Arabic, and before
// the guidelines are read.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch, openPage, Server, settled, source } from "./avow.mjs";
import { inviteOf, joinConsole, lookAt } from "./staff.mjs";

let server, browser, page;

before(async () => {
    server = await Server.start(join(source, "policy"));
    browser = await launch();
    page = await openPage(browser, server, { expected: /status of (40[13]|503)/, viewport: { width: 1440, height: 900 } });
    const intake = server.token("intake");
    for (let number = 0; number < 7; ++number) {
        const { status } = await server.ask("POST", "/api/v1/collections", { token: intake, body: {
            channel: "portal", fields: { email: `n${number}@example.com` }, permissions: number < 3 ? { offers: true } : {} } });
        assert.equal(status, 201);
    }
    const list = await server.ask("GET", "/api/v1/list");
    await server.ask("POST", "/api/v1/list", { body: { email: "list@example.com", topics: ["offers"], policy_version: list.body.policy_version } });
    const link = await server.mailedLink("list@example.com", "/list/confirm");
    assert.equal((await server.ask("POST", "/api/v1/list/confirm", { body: { link: link.hash } })).status, 200);
    await joinConsole(page, inviteOf(server, "mark@example.com", "marketer"));
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

async function open(lang = "en") {
    await page.goto(`/console/audience?lang=${lang}`);
    await settled(page);
}
const counted = () => page.locator(".reach table").nth(2).waitFor();

test("before the guidelines are read no count opens", async () => {
    await open();
    await page.getByRole("heading", { name: "Who may be written to" }).waitFor();
    assert.equal(await page.locator(".reach").count(), 0);
    await lookAt(page, "audience-unread");
    await page.goto("/console/guidelines?lang=en");
    await page.getByRole("button", { name: "I have read these guidelines" }).click();
    await page.getByText("You acknowledged version").waitFor();
});

test("each purpose shows who is reached, and why the others are not", async () => {
    for (const lang of ["en", "ar"]) {
        await open(lang);
        await counted();
        const offers = page.locator(".reach", { has: page.locator("#purpose-offers") });
        const numbers = await offers.locator("td.number").allInnerTexts();
        assert.equal(numbers.length, 3);
        if (lang === "en") {
            assert.deepEqual(numbers, ["1", "4", "3"]);
            await offers.getByText("the customer has not given permission").waitFor();
            await offers.getByText("nobody has shown yet that the address is theirs").waitFor();
        }
        assert.equal(await offers.locator("svg rect").count(), 3);
        await lookAt(page, `audience-${lang}`);
    }
    assert.match(await page.locator("textarea").inputValue(), /<form action="https:\/\/[^"]+\/list\?lang=ar" method="post">/);
});

test("a count that fails says so, and can be tried again", async () => {
    await page.route("**/api/v1/audiences?*", (route) => route.fulfill({ status: 503, body: "" }), { times: 1 });
    await open();
    await page.getByRole("button", { name: "Try again" }).click();
    await counted();
    assert.deepEqual(page.complaints, []);
});
