// SPDX-License-Identifier: Apache-2.0
// The service desk in a real browser: the queue, a request that two open at once, a call with its
// permissions; by the keyboard, in English and in Arabic, and before the guidelines are read.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { askUs, audit, launch, openPage, Server, settled, signUp, source } from "./avow.mjs";
import { inviteOf, joinConsole, lookAt } from "./staff.mjs";

const said = "Could you translate forty pages from Japanese?\nBy the end of March, please.";
let server, browser, grace, alan, customer, agent;

before(async () => {
    server = await Server.start(join(source, "policy"));
    browser = await launch();
    agent = server.token("agent");
    [grace, alan, customer] = await Promise.all(
        [0, 1, 2].map(() => openPage(browser, server, { expected: /status of (40[1349]|422|503)/, viewport: { width: 1440, height: 900 } })));
    await joinConsole(grace, inviteOf(server, "grace@example.com", "agent"));
    await grace.getByRole("button", { name: "I have read these guidelines" }).click();
    await grace.getByText("You acknowledged version").waitFor();
    await joinConsole(alan, inviteOf(server, "alan@example.com", "agent"));
    await signUp(customer, "ada@example.com");
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

async function open(page, path, lang = "en") {
    await page.goto(`${path}${path.includes("?") ? "&" : "?"}lang=${lang}`);
    await settled(page);
    await page.waitForFunction(() => !document.querySelector("[aria-busy=true]"));
}
async function desk(method, path, body, expect) {
    const { status, body: told } = await server.ask(method, `/api/v1/desk/requests${path}`, { token: agent, body });
    assert.equal(status, expect, JSON.stringify(told));
    return told;
}
const asks = (subject, text = said) => askUs(customer, subject, text);
const focused = (page) => page.evaluate(() => document.activeElement?.id ?? "");
const none = async (...pages) => { for (const page of pages) assert.deepEqual(page.complaints, []); };

test("an empty desk says so, while it loads and when it fails too", async () => {
    await open(grace, "/console/desk");
    await grace.getByText("Nothing waits for you here.").waitFor();
    await lookAt(grace, "desk-empty-en");
    await open(grace, "/console/desk", "ar");
    assert.equal(await grace.getAttribute("html", "dir"), "rtl");
    await lookAt(grace, "desk-empty-ar");
    await grace.route("**/api/v1/desk/requests?**", (route) => route.fulfill({ status: 503, body: "" }), { times: 1 });
    await grace.goto("/console/desk?lang=en");
    await grace.getByRole("button", { name: "Try again" }).waitFor();
    assert.deepEqual(await audit(grace), []);
    let go;
    await grace.route("**/api/v1/desk/requests?**", async (route) => {
        await new Promise((done) => (go = done));
        await route.continue();
    }, { times: 1 });
    await grace.getByRole("button", { name: "Try again" }).click();
    await grace.locator(".loading").waitFor();
    assert.deepEqual(await audit(grace), []);
    go();
    await grace.getByText("Nothing waits for you here.").waitFor();
    await none(grace);
});

let request;
test("a question comes into the queue by itself, without its text, and the focus stays", async () => {
    await open(grace, "/console/desk");
    await grace.getByLabel("Show").focus();
    request = await asks("Translation of a manual");
    await grace.locator(`#${request}`).waitFor();
    assert.equal(await grace.evaluate(() => document.activeElement.tagName), "SELECT");
    assert.ok(!(await grace.content()).includes("Translation of a manual"), "the queue shows no text");
    await grace.getByText("Answer due in 2 days").waitFor();
    await lookAt(grace, "desk-queue-en");
    await open(grace, "/console/desk", "ar");
    await grace.locator(`#${request}`).waitFor();
    await lookAt(grace, "desk-queue-ar");
});

test("who has not read the guidelines sees the list, and no text opens", async () => {
    await alan.getByRole("link", { name: "Overview" }).first().click();
    await alan.getByText("Waiting at the desk").waitFor();
    await lookAt(alan, "desk-overview");
    await alan.getByRole("link", { name: /Our turn/ }).click();
    await alan.getByText("opens for you after you have read the guidelines").waitFor();
    let asked = 0;
    await alan.route(`**/api/v1/desk/requests/${request}?**`, (route) => { ++asked; return route.continue(); });
    await lookAt(alan, "desk-queue-unread");
    await alan.locator(`#${request}`).click();
    await alan.getByText("opens for you after you have read the guidelines").waitFor();
    await lookAt(alan, "desk-request-unread");
    assert.equal(asked, 0, "nothing is asked of the gate that it would refuse");
    await alan.goto("/console/desk/call?lang=en");
    await alan.getByText("opens for you after you have read the guidelines").waitFor();
    await alan.getByRole("link", { name: "Read the guidelines" }).click();
    await alan.getByRole("button", { name: "I have read these guidelines" }).click();
    await alan.getByText("You acknowledged version").waitFor();
    await none(alan);
});

test("the queue is walked by the keyboard, filtered in its address, and paged", async () => {
    const made = [];
    for (let i = 0; i < 51; ++i) made.push((await desk("POST", "", { subject: "A call", text: "x", fields: { email: `c${i}@example.com` } }, 201)).request);
    await open(grace, "/console/desk");
    assert.equal(await grace.locator(".queue li").count(), 50);
    await grace.getByRole("button", { name: "Show more" }).click();
    await grace.locator(`#${request}`).waitFor();
    await grace.locator("h1").focus();
    await grace.keyboard.press("j");
    assert.equal(await focused(grace), made.at(-1));
    await grace.keyboard.press("ArrowDown");
    await grace.keyboard.press("j");
    await grace.keyboard.press("k");
    assert.equal(await focused(grace), made.at(-2));
    await grace.keyboard.press("Enter");
    await grace.getByRole("heading", { level: 1, name: "A call" }).waitFor();
    assert.ok(grace.url().includes(`request=${made.at(-2)}`));
    await grace.getByRole("button", { name: "Assign it to me" }).click();
    await grace.getByText("Assigned to Grace Example").waitFor();
    await grace.getByRole("link", { name: "All requests" }).click();
    await grace.waitForFunction((id) => document.activeElement?.id === id, made.at(-2));
    await grace.getByRole("button", { name: /Mine/ }).click();
    await grace.waitForURL("**who=mine**");
    await grace.waitForFunction(() => document.querySelectorAll(".queue li").length === 1);
    await grace.getByLabel("Show").selectOption({ label: "Overdue" });
    await grace.waitForURL("**show=overdue**");
    await grace.getByText("No request is like this.").waitFor();
    await lookAt(grace, "desk-filtered");
    for (const id of made) await desk("PUT", `/${id}`, { state: "closed" }, 200);
    await none(grace);
});

test("a request shows only what its state allows, and says where the answer will go", async () => {
    await open(grace, `/console/desk?request=${request}`);
    await grace.getByText("Could you translate forty pages").waitFor();
    await grace.getByText("Will stand in the customer’s account alone").waitFor();
    assert.deepEqual(await grace.getByRole("group", { name: "Move it without a word" }).getByRole("button").allInnerTexts(),
        ["Open it again", "Wait for the customer", "Mark as solved", "Close for good"]);
    await grace.getByRole("radio", { name: /Private note/ }).check();
    await grace.getByLabel("Your note").fill("Ask the Japanese team.");
    await grace.getByRole("button", { name: "Keep the note" }).click();
    await grace.getByText("The note is kept.").waitFor();
    assert.equal(await grace.getByText("Somebody did something here").count(), 0, "our own note is no surprise");
    await grace.getByLabel("Assigned to").selectOption({ label: "Alan Example" });
    await grace.getByText("Assigned to Alan Example").waitFor();
    await grace.getByRole("radio", { name: /Ask back/ }).check();
    await grace.getByLabel("Your answer").fill("Gladly. Print, or web pages?");
    await grace.getByRole("link", { name: "All requests" }).click();
    await grace.locator(`#${request}`).click();
    await grace.getByLabel("Your answer").waitFor();
    assert.equal(await grace.getByLabel("Your answer").inputValue(), "Gladly. Print, or web pages?", "looking elsewhere loses nothing");
    assert.equal(await grace.getByRole("radio", { name: /Ask back/ }).isChecked(), true);
    await grace.getByLabel("Your answer").focus();
    await grace.keyboard.press("Control+Enter");
    await grace.getByText("In the customer’s account, not mailed.").first().waitFor();
    await grace.getByText("The customer’s turn").first().waitFor();
    assert.deepEqual(await grace.getByRole("group", { name: "Move it without a word" }).getByRole("button").allInnerTexts(),
        ["Open it again", "Mark as solved", "Close for good"]);
    await lookAt(grace, "desk-request-en");
    await customer.goto("about:blank");
    await customer.goto(`/account/requests?lang=en#${request}`);
    await customer.getByText("Gladly. Print, or web pages?").waitFor();
    assert.equal(await customer.getByText("Ask the Japanese team.").count(), 0);
    await open(grace, `/console/desk?request=${request}`, "ar");
    await grace.locator(".message.out").waitFor();
    await lookAt(grace, "desk-request-ar");
    await none(grace);
});

test("an answer that is kept ready is put in with the customer's name, in the language that is chosen", async () => {
    await open(grace, "/console/desk/ready");
    await grace.getByText("Nothing is kept ready yet.").waitFor();
    await lookAt(grace, "desk-ready-empty");
    await grace.getByRole("button", { name: "Write a new one" }).click();
    await grace.getByRole("button", { name: "Save" }).click();
    await grace.getByRole("alert").getByText("Write it in one language at least.").waitFor();
    await grace.getByLabel("Title (English)").fill("Prices");
    await grace.getByLabel("Text (English)").fill("Dear {surname},");
    await grace.getByRole("button", { name: "Save" }).click();
    await grace.locator("#text-en-wrong").waitFor();
    await lookAt(grace, "desk-ready-wrong");
    await grace.getByLabel("Text (English)").fill("Dear {name}, of request {number}: our prices are on our page.");
    await grace.locator("summary", { hasText: "العربية" }).click();
    await grace.getByLabel("Title (العربية)").fill("الأسعار");
    await grace.getByLabel("Text (العربية)").fill("عزيزي {name}، أسعارنا في صفحتنا.");
    await grace.getByRole("button", { name: "Save" }).click();
    await grace.getByText("It is kept.").waitFor();
    await lookAt(grace, "desk-ready-list");
    await open(grace, `/console/desk?request=${request}`);
    await grace.getByLabel("Your answer").fill("Hello. ");
    await grace.getByLabel("Ready answer").selectOption({ label: "Prices" });
    await grace.getByRole("button", { name: "Put it in" }).click();
    assert.equal(await grace.getByLabel("Your answer").inputValue(), `Hello. Dear Ada, of request ${request.slice(-6)}: our prices are on our page.`);
    await grace.locator(".insert select").nth(1).selectOption("ar");
    await grace.getByLabel("Your answer").fill("");
    await grace.getByRole("button", { name: "Put it in" }).click();
    assert.equal(await grace.getByLabel("Your answer").inputValue(), "عزيزي Ada، أسعارنا في صفحتنا.");
    await grace.getByLabel("Your answer").fill("{name}");
    await grace.getByText("Not filled yet: {name}").waitFor();
    assert.deepEqual(await audit(grace), []);
    await grace.getByLabel("Your answer").fill("");
    await open(grace, "/console/desk/ready");
    await grace.getByRole("button", { name: "Remove “Prices”" }).click();
    await grace.getByRole("button", { name: "Yes, remove it" }).click();
    await grace.getByText("Nothing is kept ready yet.").waitFor();
    await none(grace);
});

test("what came with another's number is to be looked at first", async () => {
    await desk("PUT", `/${request}`, { review: true }, 200);
    await open(grace, "/console/desk?show=waiting");
    await grace.getByText("Look at who it is").waitFor();
    await grace.locator(`#${request}`).click();
    await grace.getByRole("heading", { name: "Look at who it is" }).waitFor();
    await lookAt(grace, "desk-review");
    await grace.getByRole("button", { name: "I have looked at it" }).click();
    await grace.getByRole("heading", { name: "Look at who it is" }).waitFor({ state: "detached" });
    await none(grace);
});

test("what is late, not kept or not to be read is said in words", async () => {
    const other = `req_${"0".repeat(26)}`;
    const past = new Date(Date.now() - 50 * 3_600_000).toISOString();
    // The real answer with what a mail, an erasure and an objection would have made of it.
    await grace.route(`**/api/v1/desk/requests/${request}?**`, async (route) => {
        const answer = await route.fetch();
        const told = await answer.json();
        const [first, ...rest] = told.messages;
        const refused = (because) => ({ decision: "refused", because });
        told.messages = [{ ...first, channel: "email", automatic: true, attachments_left_out: 2, text: refused("retention_over") },
            { ...first, message: "msg_2", text: refused("objected"), attachments: [
                { number: 1, bytes: 2_412_000, type: "application/pdf", name: "offer.pdf", decision: "allowed", because: "stated_at_collection" },
                { number: 2, bytes: 812, type: "text/html", name: "a very long name ".repeat(8) + ".html", decision: "allowed", because: "stated_at_collection" },
                { number: 3, bytes: 9_000, decision: "refused", because: "objected" }] }, ...rest];
        await route.fulfill({ response: answer, json: { ...told, subject: null, deadline: past, linked: other } });
    });
    await open(grace, `/console/desk?request=${request}`);
    await grace.getByText("Overdue: the answer was due 2 days ago").waitFor();
    await grace.getByRole("heading", { level: 1, name: "This text is not kept any more." }).waitFor();
    await grace.locator(".message").first().getByText("This text is not kept any more.").waitFor();
    await grace.getByText("2 attachments were not kept.").waitFor();
    await grace.getByText("A program wrote this message.").waitFor();
    await grace.getByText("PDF · 2.4 MB").waitFor();
    await grace.getByText("A file of this kind may run something").waitFor();
    // Saved by a press, and shown nowhere: the bytes are the server's, whatever they are.
    await grace.route("**/attachments/1?**", (route) => route.fulfill({ status: 200, headers: { "content-type": "application/octet-stream" }, body: "%PDF" }));
    const [download] = await Promise.all([grace.waitForEvent("download"), grace.getByRole("button", { name: "Save offer.pdf" }).click()]);
    assert.equal(download.suggestedFilename(), "offer.pdf");
    await grace.unroute("**/attachments/1?**");
    await grace.locator("p").getByText("This may not be read: the customer objected.").waitFor();
    await grace.locator(".attachments").getByText("This may not be read: the customer objected.").waitFor();
    await lookAt(grace, "desk-gone");
    await grace.getByRole("link", { name: "Request 000000" }).click();
    await grace.getByText("There is no such request.").waitFor();
    assert.deepEqual(await audit(grace), []);
    await grace.unroute(`**/api/v1/desk/requests/${request}?**`);
    await none(grace);
});

test("two who answer at once: one is told, keeps what was typed, and sees what came in between", async () => {
    await open(grace, `/console/desk?request=${request}`);
    await grace.getByLabel("Your answer").fill("We can do it by March.");
    await open(alan, `/console/desk?request=${request}`);
    await alan.getByText("Grace Example is writing here now.").waitFor();
    await lookAt(alan, "desk-presence");
    await alan.getByLabel("Your answer").fill("By April only.");
    await grace.getByText("Alan Example is writing here now.").waitFor();
    await alan.getByRole("button", { name: "Send the answer" }).click();
    await alan.getByText("By April only.").first().waitFor();
    await grace.getByRole("button", { name: "Send the answer" }).click();
    await grace.getByRole("alert").getByText("somebody else was quicker").waitFor();
    await grace.locator(".message").getByText("By April only.").waitFor();
    await grace.getByText("Came in meanwhile").waitFor();
    assert.equal(await grace.getByLabel("Your answer").inputValue(), "We can do it by March.");
    await lookAt(grace, "desk-collision");
    await grace.getByRole("button", { name: "Send the answer" }).click();
    await grace.getByText("In the customer’s account, not mailed.").nth(2).waitFor();
    assert.equal(await grace.getByLabel("Your answer").inputValue(), "");
    // And the other one is told without asking: nothing opened again by itself.
    await alan.getByText("Somebody did something here meanwhile.").waitFor();
    assert.equal(await alan.getByText("We can do it by March.").count(), 0);
    await alan.getByRole("button", { name: "Read it again" }).click();
    await alan.getByText("We can do it by March.").waitFor();
    await grace.getByRole("button", { name: "Close for good" }).click();
    await grace.getByText("This request is closed").waitFor();
    await lookAt(grace, "desk-closed");
    await none(grace, alan);
});

test("a call: looked up on purpose, the notice read, permissions spoken, and the customer finds them", async () => {
    await grace.goto("about:blank");
    await grace.goto("/console/desk/call?lang=en#number=%2B493012345678");
    await grace.getByLabel("Email address").waitFor();
    assert.equal(new URL(grace.url()).hash, "", "the number leaves the address");
    await grace.waitForFunction(() => document.activeElement?.id === "caller-email");
    await lookAt(grace, "desk-call-en");
    // By the keyboard alone, in the order of a conversation.
    await grace.locator("#caller-email").focus();
    await grace.keyboard.type("ada@example.com");
    await grace.keyboard.press("Tab");
    await grace.getByText("We know them:").waitFor();
    await grace.getByText("We hold: Ada.").waitFor();
    await grace.getByRole("region", { name: "Their requests" }).getByText("Closed").waitFor();
    assert.equal(await grace.getByLabel("Telephone number").inputValue(), "+493012345678");
    await grace.getByLabel("In a few words").fill("A call");
    await grace.getByLabel("What they said").fill("Wants the price of forty pages.");
    const offers = grace.getByRole("group", { name: "Special offers" });
    assert.equal(await offers.getByRole("radio", { name: "Yes" }).isDisabled(), true);
    await grace.getByLabel("I have read it to the caller").press("Space");
    await offers.getByRole("radio", { name: "Yes" }).check();
    await grace.getByRole("group", { name: "Market research" }).getByRole("radio", { name: "No", exact: true }).check();
    await lookAt(grace, "desk-call-read");
    await grace.keyboard.press("Control+Enter");
    await grace.getByRole("heading", { level: 1, name: "A call" }).waitFor();
    await grace.getByText("A call, written down by Grace Example").waitFor();
    await grace.getByText("+49 30 12345678").waitFor();
    await grace.getByRole("region", { name: "Their requests" }).getByRole("link").click();
    await grace.getByRole("heading", { level: 1, name: "Translation of a manual" }).waitFor();
    await customer.goto("/account/permissions?lang=en");
    await settled(customer);
    await customer.getByRole("switch", { name: /Special offers/, checked: true }).waitFor();
    await customer.getByRole("switch", { name: /New service announcements/, checked: false }).waitFor();
    await none(grace);
});

test("the notice is in the caller's language, whatever the page's", async () => {
    await open(grace, "/console/desk/call", "ar");
    await grace.locator("#spoken").selectOption("ja");
    await grace.locator(".aloud[lang=ja]").waitFor();
    await grace.getByText("プライバシーポリシー").waitFor();
    await lookAt(grace, "desk-call-ar");
    await grace.locator("#caller-phone").fill("no number");
    await grace.locator("#subject").fill("x");
    await grace.locator("#text").fill("x");
    await grace.locator("form .button").click();
    await grace.locator("#caller-phone-wrong").waitFor();
    assert.deepEqual(await audit(grace), []);
    await none(grace);
});

test("requests are tagged, merged when they are one matter, and taken apart again", async () => {
    await open(grace, "/console/desk/ready");
    await grace.getByLabel("New tag").fill("a|b");
    await grace.getByRole("button", { name: "Add", exact: true }).click();
    await grace.getByText("a word without").waitFor();
    await grace.getByLabel("New tag").fill("Billing");
    await grace.getByRole("button", { name: "Add", exact: true }).click();
    await grace.getByRole("button", { name: "Remove the tag billing" }).waitFor();
    await lookAt(grace, "desk-tags");
    const call = (subject, text) => desk("POST", "", { subject, text, fields: { email: "merge@example.com", name: "Mary" } }, 201);
    const first = await call("The bill", "Where is it?");
    const second = await call("A bill", "It did not come.");
    await open(grace, `/console/desk?request=${second.request}`);
    await grace.getByRole("button", { name: "billing" }).click();
    await grace.getByRole("button", { name: "billing", pressed: true }).waitFor();
    await grace.getByLabel("Merge this request into").selectOption(first.request);
    await grace.getByRole("button", { name: "Merge…" }).click();
    await grace.getByText("All messages of this request go to request").waitFor();
    await lookAt(grace, "desk-merge");
    await grace.getByRole("button", { name: "Merge now" }).click();
    await grace.getByRole("heading", { level: 1, name: "The bill" }).waitFor();
    await grace.getByText("It did not come.").waitFor();
    await grace.getByRole("button", { name: "billing", pressed: true }).waitFor();
    // Whoever has the old address gets there.
    await open(grace, `/console/desk?request=${second.request}`);
    await grace.getByRole("heading", { level: 1, name: "The bill" }).waitFor();
    assert.ok(grace.url().includes(first.request));
    await open(grace, "/console/desk?show=closed");
    await grace.getByText("Merged into request").waitFor();
    await open(grace, "/console/desk");
    await grace.locator("label", { hasText: /^Tag/ }).locator("select").selectOption("billing");
    await grace.waitForFunction(() => document.querySelectorAll("a.number").length === 1);
    assert.ok(grace.url().includes("tag=billing"));
    await lookAt(grace, "desk-tagged");
    await grace.locator("a.number").click();
    await grace.getByRole("button", { name: "Make a request of its own from here on" }).click();
    await grace.getByText("become a new request").waitFor();
    await lookAt(grace, "desk-split");
    await grace.getByRole("button", { name: "Split now" }).click();
    await grace.getByRole("heading", { level: 1, name: "A bill" }).waitFor();
    await grace.getByText("Came from").waitFor();
    assert.equal(await grace.getByText("Where is it?").count(), 0);
    await none(grace);
});

test("what looks like a request under the policy is marked, and an officer makes it one by a press", async () => {
    const made = await desk("POST", "", { subject: "Delete my data", text: "All of it.", fields: { email: "mark@example.com" } }, 201);
    // As a mail with this subject would be marked.
    const perhaps = { right: "erasure", deadline: new Date(Date.now() + 30 * 86_400_000).toISOString() };
    const mark = async (route) => {
        const answer = await route.fetch();
        const told = await answer.json();
        for (const one of told.items ?? [told]) if (one.request === made.request) one.perhaps = perhaps;
        await route.fulfill({ response: answer, json: told });
    };
    const olga = await openPage(browser, server, { expected: /status of (40[1349]|422)/, viewport: { width: 1440, height: 900 } });
    await joinConsole(olga, inviteOf(server, "olga@example.com", "agent", "officer"));
    await olga.getByRole("button", { name: "I have read these guidelines" }).click();
    await olga.getByText("You acknowledged version").waitFor();
    for (const page of [olga, grace]) await page.route(/desk\/requests(\?|\/req_\w+\?)/, mark);
    await open(grace, "/console/desk");
    await grace.getByText("Perhaps a request under the policy").first().waitFor();
    await lookAt(grace, "desk-perhaps-queue");
    await open(grace, `/console/desk?request=${made.request}`);
    await grace.getByText("A privacy officer decides: tell one of them.").waitFor();
    assert.equal(await grace.getByRole("button", { name: "Make it one" }).count(), 0);
    await open(olga, `/console/desk?request=${made.request}`);
    await olga.getByText("By its subject it looks like this: Erasure.").waitFor();
    assert.equal(await olga.getByLabel("It asks for").inputValue(), "erasure");
    await lookAt(olga, "desk-perhaps");
    await olga.getByRole("button", { name: "Make it one" }).click();
    await olga.getByText("It is a request under the policy now").waitFor();
    await olga.getByRole("link", { name: "All requests under the policy" }).click();
    await olga.getByRole("button", { name: "Erasure" }).first().waitFor();
    await none(olga);
    await olga.context().close();
    await grace.unrouteAll();
});

test("a policy that changes during a call: nothing is kept, its notice is read, and the guidelines come first again", async () => {
    await open(grace, "/console/desk/call");
    await grace.getByLabel("Email address").fill("new@example.com");
    await grace.getByLabel("In a few words").fill("A late call");
    await grace.getByLabel("What they said").fill("Hello");
    await grace.getByText("Nobody is known by this address").waitFor();
    await grace.getByLabel("I have read it to the caller").check();
    server.publishNewer("2026-12-01", "planning");
    await grace.getByRole("button", { name: "Save the call" }).click();
    await grace.getByRole("alert").getByText("another policy, version 2026-12-01").waitFor();
    assert.equal(await grace.getByLabel("What they said").inputValue(), "Hello");
    assert.equal(await grace.getByLabel("I have read it to the caller").isChecked(), false);
    await lookAt(grace, "desk-call-changed");
    await grace.getByLabel("I have read it to the caller").check();
    await grace.getByRole("button", { name: "Save the call" }).click();
    await grace.getByText("opens for you after you have read the guidelines").waitFor();
    await none(grace);
});

test("who is not of the desk is told so", async () => {
    const web = await openPage(browser, server, { expected: /status of 40[13]/ });
    await joinConsole(web, inviteOf(server, "linus@example.com", "web"));
    assert.equal(await web.getByRole("link", { name: "Write a call down" }).count(), 0);
    for (const path of ["/console/desk", "/console/desk/call"]) {
        await web.goto(`${path}?lang=en`);
        await web.getByText("This page is for the service desk.").waitFor();
        assert.deepEqual(await audit(web), []);
    }
    await none(web);
    await web.context().close();
});
