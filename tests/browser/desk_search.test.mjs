// SPDX-License-Identifier: Apache-2.0
// Requests found by their words, in a real browser: what is shown, where the words go, and that what was
// found is there again after a request was read; in English and in Arabic.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { askUs, launch, openPage, Server, settled, signUp, source } from "./avow.mjs";
import { inviteOf, joinConsole, lookAt } from "./staff.mjs";

let server, browser, grace, customer;
const asked = [];

before(async () => {
    server = await Server.start(join(source, "policy"));
    browser = await launch();
    [grace, customer] = await Promise.all(
        [0, 1].map(() => openPage(browser, server, { expected: /status of (40[14]|422)/, viewport: { width: 1440, height: 900 } })));
    grace.on("request", (request) => asked.push(request.url()));
    await joinConsole(grace, inviteOf(server, "grace@example.com", "agent"));
    await grace.getByRole("button", { name: "I have read these guidelines" }).click();
    await grace.getByText("You acknowledged version").waitFor();
    await signUp(customer, "ada@example.com");
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

async function openDesk(lang = "en") {
    await grace.goto(`/console/desk?lang=${lang}`);
    await settled(grace);
    await grace.locator("#sought").waitFor();
}

test("a request is found by its words, read, and found again on the way back", async () => {
    const manual = await askUs(customer, "Translation of a manual", "Could you translate forty pages from Japanese?\nThe zyxmarker of it is on page two.");
    await askUs(customer, "An invoice", "The last invoice names the wrong street.");
    await openDesk();
    await grace.getByLabel("Words in the text").fill("ZYXMARKER jap");
    await grace.keyboard.press("Enter");
    await grace.getByRole("heading", { name: "1 request found" }).waitFor();
    await grace.getByText("Could you translate forty pages from Japanese?").waitFor();
    await grace.getByText("Looked through 2 messages.").waitFor();
    await lookAt(grace, "desk-search-en");
    await grace.getByRole("link", { name: "Translation of a manual" }).click();
    await grace.getByRole("heading", { level: 1, name: "Translation of a manual" }).waitFor();
    assert.ok(grace.url().includes(manual));
    await grace.goBack();
    await grace.getByRole("heading", { name: "1 request found" }).waitFor();
    assert.equal(await grace.getByLabel("Words in the text").inputValue(), "ZYXMARKER jap");
    assert.ok(asked.every((address) => !/zyxmarker/i.test(address)), "no address says what was sought");
    await grace.getByRole("button", { name: "Clear" }).click();
    await grace.getByRole("heading", { name: "1 request found" }).waitFor({ state: "detached" });
    assert.equal(await grace.evaluate(() => document.activeElement.id), "sought");

    // Its customer sees that, and why.
    await customer.goto("/account/uses?lang=en");
    await customer.getByText(`request ${manual} was found by its words`).first().waitFor();
    assert.deepEqual([...grace.complaints, ...customer.complaints], []);
});

test("nothing found, nothing that can be sought, and the rest further back are told", async () => {
    await openDesk();
    await grace.getByLabel("Words in the text").fill("unheard");
    await grace.getByRole("search").filter({ has: grace.locator("#sought") }).getByRole("button", { name: "Search" }).click();
    await grace.getByText("Looked through 2 messages: none has these words.").waitFor();
    await lookAt(grace, "desk-search-none");
    await grace.getByLabel("Words in the text").fill("...");
    await grace.keyboard.press("Enter");
    await grace.getByText("Write one to eight words.").waitFor();
    for (let i = 0; i < 21; ++i) {
        const made = await server.ask("POST", "/api/v1/desk/requests",
            { token: server.token("agent"), body: { subject: "A call", text: "about the kettle", fields: { email: `k${i}@example.com` } } });
        assert.equal(made.status, 201, JSON.stringify(made.body));
    }
    await openDesk("ar");
    assert.equal(await grace.getAttribute("html", "dir"), "rtl");
    await grace.locator("#sought").fill("kettle");
    await grace.keyboard.press("Enter");
    const further = grace.getByRole("button", { name: "ابحث أبعد في الماضي" });
    await further.waitFor();
    assert.equal(await grace.locator(".found > li").count(), 20);
    await lookAt(grace, "desk-search-ar");
    await further.click();
    await grace.locator(".found > li").nth(20).waitFor();
    await further.waitFor({ state: "detached" });
    assert.deepEqual(grace.complaints, []);
});
