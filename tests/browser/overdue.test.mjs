// SPDX-License-Identifier: Apache-2.0
// Who wants a letter when requests are overdue says so below the queue, in a real browser.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch, openPage, Server, settled, source } from "./avow.mjs";
import { inviteOf, joinConsole, lookAt } from "./staff.mjs";

const words = { requests: "Write to me when a request is overdue", rights: "Write to me when a request under the policy is overdue" };
let server, browser, grace;

before(async () => {
    server = await Server.start(join(source, "policy"));
    browser = await launch();
    grace = await openPage(browser, server, { expected: /status of 503/, viewport: { width: 1440, height: 900 } });
    await joinConsole(grace, inviteOf(server, "grace@example.com", "agent", "officer"));
    await grace.getByRole("button", { name: "I have read these guidelines" }).click();
    await grace.getByText("You acknowledged version").waitFor();
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

async function open(path, lang = "en") {
    await grace.goto(`${path}${path.includes("?") ? "&" : "?"}lang=${lang}`);
    await settled(grace);
}
const box = (of) => grace.getByRole("checkbox", { name: words[of], exact: true });
async function known(of) {
    await grace.waitForFunction((id) => document.querySelector(`[aria-describedby="${id}"]`)?.disabled === false, "overdue-letter-hint");
    return box(of);
}

test("an agent chooses it by the keyboard, and it stays chosen", async () => {
    await open("/console/desk");
    const wanted = await known("requests");
    assert.equal(await wanted.isChecked(), false);
    await wanted.focus();
    await grace.keyboard.press("Space");
    await grace.getByText("Saved.").waitFor();
    await lookAt(grace, "overdue-letter-en");
    await open("/console/desk");
    assert.equal(await (await known("requests")).isChecked(), true);
    for (const lang of ["ja", "ar"]) {
        await open("/console/desk", lang);
        await grace.waitForFunction(() => document.querySelector(".overdue-letter input")?.disabled === false);
        await lookAt(grace, `overdue-letter-${lang}`);
    }
});

test("an officer chooses it apart, for the clock of law", async () => {
    await open("/console/desk/rights");
    const wanted = await known("rights");
    assert.equal(await wanted.isChecked(), false, "the desk's is another choice");
    await wanted.check();
    await grace.getByText("Saved.").waitFor();
    await lookAt(grace, "overdue-letter-rights-en");
    await open("/console/desk");
    const requests = await known("requests");
    await requests.uncheck();
    await grace.getByText("Saved.").waitFor();
    await open("/console/desk/rights");
    assert.equal(await (await known("rights")).isChecked(), true);
});

test("what could not be kept is said, and the box shows what is", async () => {
    await open("/console/desk");
    const wanted = await known("requests");
    await grace.route("**/overdue-letters?**", (route) => (route.request().method() === "PUT" ? route.fulfill({ status: 503, body: "" }) : route.continue()));
    await wanted.click();
    await grace.locator(".overdue-letter").getByRole("alert").waitFor();
    assert.equal(await wanted.isChecked(), false);
    await grace.unroute("**/overdue-letters?**");
});

test("the letter's link leads to the queue of what is overdue", async () => {
    await open("/console/desk?show=overdue");
    assert.equal(await grace.getByLabel("Show").inputValue(), "overdue");
    assert.deepEqual(grace.complaints, []);
});
