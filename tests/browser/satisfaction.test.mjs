// SPDX-License-Identifier: Apache-2.0
// A survey that is asked after requests: its switch in the console, what the desk reads before it solves, and the letter,
// whose link leads to the survey through the sign-in. In English, Japanese and Arabic, narrow and wide, by day and by
// night.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { audit, launch, openPage, password, picture, Server, settled, signUp, source } from "./avow.mjs";
import { inviteOf, joinConsole, lookAt } from "./staff.mjs";

const email = "ada@example.com";
const title = "How did we do?";
let server, browser, rita, customer, researcher;

before(async () => {
    server = await Server.start(join(source, "policy"));
    browser = await launch();
    researcher = server.token("researcher");
    [rita, customer] = await Promise.all(
        [0, 1].map(() => openPage(browser, server, { expected: /status of (401|422)/, viewport: { width: 1440, height: 900 } })));
    await joinConsole(rita, inviteOf(server, "rita@example.com", "agent", "researcher"));
    await rita.getByRole("button", { name: "I have read these guidelines" }).click();
    await rita.getByText("You acknowledged version").waitFor();
    await signUp(customer, email);
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

async function make(name, purposes) {
    const { status, body } = await server.ask("POST", "/api/v1/surveys", { token: researcher, body: { name, mode: "named", purposes, definition: {
        title, elements: [{ type: "rating", name: "csat", rateMin: 1, rateMax: 5, title: "How satisfied are you?" }] } } });
    assert.equal(status, 201, JSON.stringify(body));
    return body.survey;
}
async function open(page, path, lang = "en") {
    await page.goto(`${path}${path.includes("?") ? "&" : "?"}lang=${lang}`);
    await settled(page);
}
async function asks(subject) {
    await customer.goto("/account/requests?lang=en");
    await customer.getByLabel("What is it about?").fill(subject);
    await customer.getByLabel("Your question or request").fill("From Japanese, please.");
    await customer.getByRole("button", { name: "Send" }).click();
    await customer.getByRole("heading", { level: 1, name: subject }).waitFor();
    return new URL(customer.url()).hash.slice(1);
}

let survey;
test("a survey is asked after requests by a switch, where the policy lets us write for it", async () => {
    const silent = await make("Quiet", ["satisfaction"]);
    survey = await make("After a request", ["research", "satisfaction"]);
    await open(rita, `/console/surveys?survey=${silent}`);
    const asked = rita.getByRole("switch", { name: "Invite customers to it after a request" });
    await asked.focus();
    await rita.keyboard.press("Space");
    await rita.getByText("The policy lets us write to people for none of this survey’s purposes.").waitFor();
    assert.equal(await asked.isChecked(), false);
    await lookAt(rita, "satisfaction-refused-en");
    await open(rita, `/console/surveys?survey=${survey}`);
    await asked.focus();
    await rita.keyboard.press("Space");
    await rita.waitForFunction(() => document.activeElement.getAttribute("aria-disabled") === "false");
    assert.equal(await asked.isChecked(), true);
    await rita.getByRole("button", { name: "Open it" }).click();
    await rita.getByRole("button", { name: "Close it" }).waitFor();
    await rita.reload();
    await settled(rita);
    assert.equal(await asked.isChecked(), true);
    await lookAt(rita, "satisfaction-switch-en");
    await open(rita, "/console/surveys");
    await rita.getByText("Open · after requests").waitFor();
    for (const lang of ["ja", "ar"]) {
        await open(rita, `/console/surveys?survey=${survey}`, lang);
        await lookAt(rita, `satisfaction-switch-${lang}`);
    }
    assert.deepEqual(rita.complaints, []);
});

test("the desk reads what solving would come to", async () => {
    const first = await asks("Forty pages");
    await open(rita, `/console/desk?request=${first}`);
    await rita.getByText("The customer will not be asked how satisfied they were: they have not permitted it.").waitFor();
    await lookAt(rita, "satisfaction-desk-no-en");

    const verify = await server.mailedLink(email, "/verify");
    await customer.goto(`/verify?lang=en${verify.hash}`);
    await customer.getByRole("button", { name: "Confirm it" }).click();
    await customer.getByText("your address is confirmed").waitFor();
    await open(customer, "/account/permissions");
    await customer.getByRole("switch", { name: /^Market research surveys/ }).click();
    await customer.getByRole("switch", { name: /^Market research surveys/, checked: true }).waitFor();
    await open(rita, `/console/desk?request=${first}`);
    const line = rita.getByText("Solving or closing it asks the customer by letter how satisfied they were.");
    await line.waitFor();
    await lookAt(rita, "satisfaction-desk-en");
    for (const lang of ["ja", "ar"]) {
        await open(rita, `/console/desk?request=${first}`, lang);
        await rita.locator("#satisfaction").waitFor();
        await lookAt(rita, `satisfaction-desk-${lang}`);
    }
    await open(rita, `/console/desk?request=${first}`);
    await line.waitFor();
    await rita.getByRole("button", { name: "Mark as solved" }).click();
    await rita.getByText("Solved").first().waitFor();
    await rita.locator("#satisfaction").waitFor({ state: "detached" }); // it is done: nothing more comes of it
    assert.deepEqual(rita.complaints, []);
});

test("the letter leads to the survey through the sign-in, and is told of under Who used it", async () => {
    const link = await server.mailedLink(email, "/account/surveys");
    assert.equal(link.hash, `#${survey}`);
    await customer.context().clearCookies();
    await customer.goto("about:blank");
    await customer.goto(`/account/surveys?lang=en${link.hash}`);
    await customer.waitForURL("**/sign-in");
    await customer.getByLabel("Email address").fill(email);
    await customer.locator("#password").fill(password);
    await customer.getByRole("button", { name: "Sign in", exact: true }).click();
    await customer.locator(".survey .sd-question").first().waitFor();
    assert.equal(new URL(customer.url()).hash, `#${survey}`);
    assert.equal(await customer.getByRole("heading", { level: 1 }).innerText(), title);
    assert.deepEqual(await audit(customer), []);
    await open(customer, "/account/uses");
    await customer.getByText("Mailed to you: An invitation to a survey").waitFor();
    await customer.getByText("With your permission we now and then invite you to a market research survey.").first().waitFor();
    await picture(customer, "satisfaction-uses-en");

    // The letter's other link, in whichever browser and without a sign-in.
    const way_out = await server.mailedLink(email, "/stop");
    const reader = await openPage(browser, server);
    for (const lang of ["ja", "ar", "en"]) {
        await reader.goto("about:blank");
        await reader.goto(`/stop?lang=${lang}${way_out.hash}`);
        await settled(reader);
        assert.ok(!reader.url().includes(way_out.hash.slice(1)), "the secret stays in no history");
        assert.deepEqual(await audit(reader), []);
        await picture(reader, `satisfaction-stop-${lang}`);
    }
    await reader.goto("about:blank");
    await reader.goto(`/stop/${way_out.hash.slice(1)}`);
    await reader.waitForURL("**/stop");
    await settled(reader);
    await reader.getByRole("button", { name: "Take my permission back" }).click();
    await reader.getByText("Taken back: Market research surveys.").waitFor();
    assert.deepEqual(await audit(reader), []);
    await open(customer, "/account/permissions");
    assert.equal(await customer.getByRole("switch", { name: /^Market research surveys/ }).getAttribute("aria-checked"), "false");
    await customer.getByRole("switch", { name: /^Market research surveys/ }).click();
    await customer.getByRole("switch", { name: /^Market research surveys/, checked: true }).waitFor();
    assert.deepEqual(reader.complaints, []);

    // Asked lately: the next one asks nothing.
    const second = await asks("Ten more pages");
    await open(rita, `/console/desk?request=${second}`);
    await rita.getByText("a survey came their way not long ago").waitFor();
    assert.deepEqual(rita.complaints, []);
    assert.deepEqual(customer.complaints, []);
});
