// SPDX-License-Identifier: Apache-2.0
// The seed story under the policy of 2010, by a customer in a browser and a marketer at the API.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test as tell } from "node:test";
import { audit, launch, openPage, password, Server, settled, signUp, source } from "./avow.mjs";

const email = "ada@example.com";
const serviceSentence = "Welocalize collects and uses your personal information to give you superior customer service";
let server, browser, page, agent, marketer;

// It lies beside this checkout, and is not ours to carry along.
const policy = join(source, "../shared/policy/welocalize-2010");
const skip = existsSync(policy) ? false : "the policy of 2010 is not beside this checkout";
const test = (name, story) => tell(name, { skip }, story);

before(async () => {
    if (skip) return;
    server = await Server.start(policy);
    browser = await launch();
    page = await openPage(browser, server);
    [agent, marketer] = [server.token("agent"), server.token("marketer")];
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

const line = (number) => page.locator(".timeline > li").nth(number);
async function openUses() {
    await page.goto("/account/uses");
    await settled(page);
}
async function verify(number) {
    await line(number).getByRole("button", { name: "Verify" }).click();
    await line(number).locator(".verdict, .failure").waitFor();
    return line(number).locator(".verdict, .failure").innerText();
}

test("a customer signs up and lands on My Accounts, the smiling Profile button in its upper left corner", async () => {
    await signUp(page, email);
    assert.equal(await page.locator("h1").innerText(), "My Accounts");
    const box = await page.getByRole("link", { name: "Profile" }).boundingBox();
    assert.ok(box.x < 100 && box.y < 100, JSON.stringify(box));
    const others = await page.locator("header a, header button, main *").evaluateAll(
        (all) => all.filter((one) => !one.closest(".smile")).map((one) => one.getBoundingClientRect().left));
    assert.ok(others.every((left) => left === 0 || left >= box.x), "something stands left of the Profile button");
});

test("a use for service is allowed by its sentence, and the customer sees it", async () => {
    const used = await server.use(agent, "service", email);
    assert.equal(used.fields.email.because, "stated_at_collection");
    assert.equal(used.fields.email.value, email);
    await openUses();
    assert.match(await line(0).innerText(), /allowed, it was stated when the data was collected/);
    assert.ok((await line(0).innerText()).includes(serviceSentence));
    assert.ok((await line(0).innerText()).includes("the agent"));
});

test("offers are refused without permission, and the refusal is shown with its reason", async () => {
    const refused = await server.use(marketer, "offers", email);
    assert.equal(refused.fields.email.because, "no_permission");
    assert.equal(refused.fields.email.value, undefined);
    await openUses();
    assert.match(await line(0).innerText(), /refused, you have not given permission/);
});

test("a permission given by the switch is what allows the next use", async () => {
    await page.getByRole("link", { name: "Permissions" }).first().click();
    await settled(page);
    const offers = page.getByRole("switch", { name: /Special offers/ });
    assert.equal(await offers.getAttribute("aria-checked"), "false");
    await offers.focus();
    await page.keyboard.press("Space");
    await page.locator('[role="switch"][aria-checked="true"][aria-label^="Special offers"]').waitFor();
    assert.equal((await server.use(marketer, "offers", email)).fields.email.because, "permission_given");
    await page.reload();
    await settled(page);
    assert.equal(await offers.getAttribute("aria-checked"), "true");
});

test("a purpose that only a newer version states waits for its notice", async () => {
    server.publishNewer("2011-06-01", "planning");
    assert.equal((await server.use(agent, "planning", email)).fields.email.because, "not_noticed");
    await page.goto("/account");
    await settled(page);
    const news = page.locator('[aria-labelledby="news"]');
    assert.match(await news.innerText(), /2010-11-29.*2011-06-01/);
    await page.getByRole("button", { name: "I have seen it" }).click();
    await news.waitFor({ state: "detached" });
});

test("every line verifies in the browser, and again after the ledger has grown", async () => {
    await openUses();
    const lines = await page.locator(".timeline > li").count();
    assert.equal(lines, 5, "four uses, and the letter of the sign-up");
    await page.getByText("Mailed to you: The letter that lets you confirm your address").waitFor();
    for (let number = 0; number < lines; ++number) assert.match(await verify(number), /Verified in your browser/);
    for (let more = 0; more < 300; ++more) await server.use(agent, "service", email);
    await openUses();
    assert.match(await verify(0), /Verified in your browser/);
});

test("what the server changes behind the customer's back is found", async (t) => {
    const flipped = async (route, change) => {
        const answer = await route.fetch();
        await route.fulfill({ response: answer, body: change(await answer.text()) });
    };
    const cases = [
        ["an entry's details", "**/proofs/*", (text) => text.replace(/^extra (.*)$/m, (_, extra) => {
            const opening = JSON.parse(Buffer.from(extra, "base64").toString());
            opening.details = opening.details.replace("the agent", "the angel");
            return `extra ${Buffer.from(JSON.stringify(opening)).toString("base64")}`;
        })],
        ["a hash of the proof", "**/proofs/*", (text) => text.replace(/^(index \d+\n.)(.)/m, (_, a, b) => a + (b === "A" ? "B" : "A"))],
        ["the signed tree size", "**/proofs/*", (text) => text.replace(/\n\n(\S+\n)(\d+)\n/, (_, origin, size) => `\n\n${origin}${size}0\n`)],
        ["what the page shows", "**/uses?*", (text) => text.replaceAll('"because":"stated_at_collection"', '"because":"permission_given"')],
        ["the ledger's key", "**/ledger/key?*", (text) => text.replace(/\+\S+\+/, "+00000000+")],
    ];
    for (const [name, pattern, change] of cases) {
        await t.test(name, async () => {
            await page.route(pattern, (route) => flipped(route, change));
            await openUses();
            assert.doesNotMatch(await verify(0), /Verified/);
            await page.unroute(pattern);
        });
    }
    await t.test("a rewritten past", async () => {
        await page.evaluate(() => {
            const seen = JSON.parse(localStorage.getItem("avow.ledger"));
            localStorage.setItem("avow.ledger", JSON.stringify({ ...seen, key: seen.key.replace(/^\S/, "x") }));
        });
        await openUses();
        assert.match(await verify(0), /cannot be trusted/);
    });
});

test("contact details are reviewed and updated behind the Profile button", async () => {
    await page.goto("/account");
    await page.getByRole("link", { name: "Profile" }).click();
    await settled(page);
    await page.getByLabel("Telephone number").fill("+44 20 7946 0000");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved.").waitFor();
    await page.getByLabel("Email address").fill("not an address");
    await page.getByRole("button", { name: "Save" }).click();
    await page.locator("#email-wrong").waitFor();
    await page.goto("/account/held");
    await page.getByText("+442079460000").waitFor();  // kept as E.164
});

test("after sign-out the account's pages lead to sign-in, and a wrong password is said so", async () => {
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.waitForURL("**/sign-in");
    await page.goto("/account/held");
    await page.waitForURL("**/sign-in");
    await page.getByLabel("Email address").fill(email);
    await page.getByLabel("Password").fill("something else entirely");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByText("is not right").waitFor();
    await page.getByLabel("Password").fill(password);
    await page.keyboard.press("Enter");
    await page.waitForURL("**/account");
});

test("a legal hold stays, and what it stops is said before and after", async () => {
    const officer = server.token("officer");
    const place = `/api/v1/customers/${(await server.use(agent, "service", email)).customer}`;
    const { body: held } = await server.ask("GET", `${place}/export`, { token: officer });
    assert.ok(held.collections.length > 1);
    const hold = { kind: "legal_hold", collection: held.collections[0].collection, reason: "case 7" };
    const { status, body: placed } = await server.ask("POST", `${place}/holds`, { token: officer, body: hold });
    assert.equal(status, 201);
    await page.goto("/account/held");
    await page.getByRole("button", { name: "See what would go" }).click();
    await page.getByText("Values under a legal hold").waitFor();
    await page.getByText("case 7").waitFor();
    assert.equal(await page.getByRole("button", { name: "Erase everything for good" }).count(), 0);
    assert.deepEqual(await audit(page), []);
    await page.getByRole("button", { name: "Erase what can go" }).click();
    await page.getByText("What could go is erased.").waitFor();
    await page.waitForFunction(() => document.querySelectorAll("article.card").length === 1);
    await page.goto("/account/held");
    await page.getByRole("button", { name: "See what would go" }).click();
    await page.getByText("Nothing can go now.").waitFor();
    assert.equal(await page.getByRole("button", { name: "Erase what can go" }).count(), 0);
    assert.equal((await server.ask("DELETE", `${place}/holds/${placed.hold}`, { token: officer })).status, 204);
});

test("everything is downloaded, then erased for good with a proof to keep", async () => {
    await page.goto("/account/held");
    const exported = page.waitForEvent("download");
    await page.getByRole("button", { name: "Only the data, as JSON" }).click();
    const told = JSON.parse(await readFile(await (await exported).path(), "utf8"));
    assert.ok(JSON.stringify(told.collections).includes(email));
    await page.getByRole("button", { name: "See what would go" }).click();
    await page.getByText("Gone from every backup by").waitFor();
    await page.getByRole("button", { name: "Erase everything for good" }).click();
    await page.getByText("Everything is erased.").waitFor();
    const kept = page.waitForEvent("download");
    await page.getByRole("link", { name: "Download the proof" }).click();
    assert.match(JSON.parse(await readFile(await (await kept).path(), "utf8")).ledger.entry, /^ent_/);
    await page.goto("/account");
    await page.waitForURL("**/sign-in");
    await page.getByLabel("Email address").fill(email);
    await page.getByLabel("Password").fill(password);
    await page.keyboard.press("Enter");
    await page.getByText("is not right").waitFor();
});

test("the browser had nothing to complain of", () => {
    assert.deepEqual(page.complaints, []);
});
