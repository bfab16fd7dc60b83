// SPDX-License-Identifier: Apache-2.0
// A call rings at the desk, in a real browser: seen by who is there, taken by one, by the keyboard, and
// the number goes to no server in an address.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch, openPage, Server, settled, source } from "./avow.mjs";
import { inviteOf, joinConsole, lookAt } from "./staff.mjs";

const number = "+493012345678";
let server, browser, grace, alan, telephone;
const asked = { grace: [], alan: [] }; // every address

before(async () => {
    server = await Server.start(join(source, "policy"));
    browser = await launch();
    telephone = server.token("telephone");
    [grace, alan] = await Promise.all([0, 1].map(() => openPage(browser, server, { expected: /status of (404|422)|ERR_FAILED/, viewport: { width: 1440, height: 900 } })));
    grace.on("request", (request) => asked.grace.push(request.url()));
    alan.on("request", (request) => asked.alan.push(request.url()));
    await joinConsole(grace, inviteOf(server, "grace@example.com", "agent"));
    await joinConsole(alan, inviteOf(server, "alan@example.com", "agent"));
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

async function rings(body) {
    const { status } = await server.ask("POST", "/api/v1/desk/calls/ringing", { token: telephone, body });
    assert.equal(status, 204);
}
async function open(page, path, lang = "en") {
    await page.goto(`${path}${path.includes("?") ? "&" : "?"}lang=${lang}`);
    await settled(page);
}
const acknowledge = async (page) => {
    await page.goto("/console/guidelines?lang=en");
    await page.getByRole("button", { name: "I have read these guidelines" }).click();
    await page.getByText("You acknowledged version").waitFor();
};
// Two answers: the first may have been under way.
async function asksAgain(page) {
    for (let i = 0; i < 2; ++i) await page.waitForResponse((answer) => answer.url().includes("/calls/ringing?"));
}
const notice = (page) => page.getByRole("list", { name: "Calls that ring now" }).getByRole("listitem");

test("who has not read the guidelines is shown no number", async () => {
    await rings({ number, call: "1" });
    await acknowledge(grace);
    await open(grace, "/console/desk");
    await notice(grace).waitFor();
    await open(alan, "/console/desk");
    await alan.getByText("opens for you after you have read the guidelines").waitFor();
    await alan.waitForTimeout(3_500); // a turn of asking
    assert.equal(await notice(alan).count(), 0);
    assert.ok(!asked.alan.some((url) => url.includes("/ringing")), "nothing is asked that would be refused");
    await acknowledge(alan);
    await open(alan, "/console/desk");
    await notice(alan).waitFor();
});

test("a call is told calmly and looked at in both directions of writing", async () => {
    assert.match(await notice(grace).innerText(), /A call from .*\+49 30 12345678/);
    assert.match(await grace.locator("main > [role=status]").first().innerText(), /A call from/);
    assert.equal(await grace.evaluate(() => Boolean(document.activeElement?.closest(".ringing"))), false, "it takes no focus");
    await lookAt(grace, "ringing-en");
    for (const lang of ["ar", "ja"]) {
        await open(grace, "/console/desk", lang);
        await grace.locator(".ringing li").waitFor();
        await lookAt(grace, `ringing-${lang}`);
    }
});

test("put away here it is still there for the others", async () => {
    await open(grace, "/console/desk");
    await notice(grace).getByRole("button", { name: "Not for me" }).focus();
    await grace.keyboard.press("Enter");
    await notice(grace).waitFor({ state: "detached" });
    assert.equal(await grace.evaluate(() => document.activeElement?.tagName), "H1", "the focus is not lost");
    await asksAgain(grace);
    assert.equal(await notice(grace).count(), 0);
    assert.equal(await notice(alan).count(), 1);
});

test("taken by a press it opens the form with the number, and is gone for the others", async () => {
    await open(grace, "/console/desk");
    await notice(grace).getByRole("link", { name: "Take it and write it down" }).focus();
    await grace.keyboard.press("Enter");
    await grace.getByRole("heading", { level: 1, name: "Write a call down" }).waitFor();
    await grace.getByLabel("Email address").waitFor();
    assert.equal(await grace.getByLabel("Telephone number").inputValue(), number);
    assert.equal(new URL(grace.url()).hash, "", "the number leaves the address");
    await notice(alan).waitFor({ state: "detached" });
    // On the form itself the next call fills the field anew, and what was typed stays.
    await grace.getByLabel("In a few words").fill("A call");
    await rings({ number: "040 765432", call: "2" });
    await notice(grace).getByRole("link").click();
    await grace.waitForFunction(() => document.getElementById("caller-phone").value === "040 765432");
    assert.equal(await grace.getByLabel("In a few words").inputValue(), "A call");
});

test("who comes second is told so", async () => {
    await rings({ number, call: "3" });
    await notice(alan).waitFor();
    await notice(grace).waitFor();
    // Between two looks: the page still shows what somebody took.
    await alan.route("**/calls/ringing?**", (route) => route.request().method() === "PUT" ? route.abort() : route.continue());
    await notice(grace).getByRole("link").click();
    await notice(alan).getByRole("link").click();
    await alan.getByText("Somebody else has this call already").waitFor();
    await lookAt(alan, "ringing-gone");
    assert.equal(new URL(alan.url()).pathname, "/console/desk");
    await alan.unroute("**/calls/ringing?**");
});

test("a call for an extension is shown where somebody said that they sit there", async () => {
    await open(grace, "/console/desk/call");
    await grace.getByText("My telephone").click();
    await grace.getByLabel("Extension").fill("grace@example.com");
    await grace.getByRole("button", { name: "Save", exact: true }).click();
    await grace.locator("#extension-wrong").waitFor();
    await lookAt(grace, "ringing-extension");
    await grace.getByLabel("Extension").fill("2 04");
    await grace.getByRole("button", { name: "Save", exact: true }).click();
    await grace.getByText("It is kept.").waitFor();
    await open(grace, "/console/desk");
    await asksAgain(grace);
    await rings({ number, call: "4", to: "204" });
    await notice(grace).waitFor();
    assert.match(await notice(grace).innerText(), /A call for you from/);
    await asksAgain(alan);
    assert.equal(await notice(alan).count(), 0);
    await rings({ call: "4", state: "ended" });
    await notice(grace).waitFor({ state: "detached" });
});

test("no number went to the server in an address", () => {
    const all = [...asked.grace, ...asked.alan];
    assert.ok(all.some((url) => url.includes("/calls/ringing")));
    for (const url of all) assert.ok(!/12345678|765432/.test(url), url);
    for (const page of [grace, alan]) assert.deepEqual(page.complaints, []);
});
