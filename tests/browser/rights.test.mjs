// SPDX-License-Identifier: Apache-2.0
// A request under the policy from the portal to its end: a customer asks for everything, an officer
// looks and approves, the customer takes the archive. In English and in Arabic.
import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { audit, launch, openPage, Server, screenshots, settled, signUp, source } from "./avow.mjs";
import { inviteOf, joinConsole, lookAt } from "./staff.mjs";

const wordsOf = (lang, name) => JSON.parse(readFileSync(join(source, `web/words/${lang}/${name}.json`), "utf8"));
let server, browser, officer, token;

// An agent of the Data Rights Protocol, that the operator trusts.
const agent = generateKeyPairSync("ed25519");
const post = async (path, claims, bearer) => {
    const now = Date.now();
    const message = Buffer.from(JSON.stringify({
        "agent-id": "AGENT", "business-id": "LINDENHOF", "issued-at": new Date(now - 2000).toISOString(),
        "expires-at": new Date(now + 60_000).toISOString(), "drp.version": "0.9.4", ...claims,
    }));
    const body = Buffer.concat([sign(null, message, agent.privateKey), message]).toString("base64");
    return (await server.ask("POST", path, { token: bearer, body })).body;
};

before(async () => {
    server = await Server.start(join(source, "policy"), { AVOW_DRP_BUSINESS_ID: "LINDENHOF" });
    const key = agent.publicKey.export({ type: "spki", format: "der" }).subarray(-32).toString("base64");
    server.run("drp", "agent", "add", "AGENT", "Permission Pal", key);
    token = (await post("/v1/agent/AGENT", {})).token;
    browser = await launch();
    officer = await openPage(browser, server, { expected: /status of (401|409)/ });
    await joinConsole(officer, inviteOf(server, "olga@example.com", "officer"));
    await officer.getByRole("button", { name: "I have read these guidelines" }).click();
    await officer.getByText("You acknowledged version").waitFor();
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

// A customer whose address was shown to be theirs, on a page of their own.
async function customer(email, lang, options) {
    const say = wordsOf(lang, "portal");
    const page = await openPage(browser, server, { ...options, expected: /status of (40[13]|422)/ });
    await signUp(page, email);
    const link = await server.mailedLink(email, "/verify");
    await page.goto(`/verify?lang=${lang}${link.hash}`);
    await page.getByRole("button", { name: say.verify_address_do }).click();
    await page.getByText(say.verify_address_done).waitFor();
    return page;
}
const frames = {
    en: { viewport: { width: 1440, height: 900 }, colorScheme: "light" },
    ar: { viewport: { width: 360, height: 740 }, colorScheme: "dark" },
};

for (const [lang, options] of Object.entries(frames)) {
    const say = wordsOf(lang, "portal");
    const console = wordsOf(lang, "console");

    test(`everything is asked for, approved and fetched (${lang})`, async () => {
        const email = `ada.${lang}@example.com`;
        const page = await customer(email, lang, options);
        await page.goto(`/account/requests?lang=${lang}`);
        await settled(page);
        await page.getByRole("heading", { name: say.rights }).waitFor();
        assert.deepEqual(await audit(page), []);
        await page.getByRole("button", { name: say.right_ask_access }).click();
        await page.getByText(say.right_state_review).waitFor();
        assert.deepEqual(await audit(page), []);
        await page.screenshot({ path: join(screenshots, `rights-asked-${lang}.png`), fullPage: true });

        await officer.goto(`/console/desk/rights?lang=${lang}`);
        await settled(officer);
        await officer.getByRole("button", { name: console.right_access }).first().waitFor();
        await lookAt(officer, `console-rights-${lang}`);
        await officer.getByRole("button", { name: console.right_access }).first().click();
        await officer.getByRole("heading", { name: console.right_preview }).waitFor();
        await lookAt(officer, `console-right-${lang}`);
        await officer.getByRole("button", { name: console.right_approve }).click();
        // The page looks once after an act; what the program does after that is seen when one looks again.
        for (let tries = 0; tries < 200 && !await officer.getByText(console.right_state_ready).first().isVisible(); ++tries) {
            await officer.getByRole("button", { name: console.right_look }).click();
            await officer.waitForTimeout(100);
        }
        await officer.getByText(console.right_state_ready).first().waitFor();

        await page.reload();
        await page.getByText(say.right_state_ready).waitFor();
        assert.deepEqual(await audit(page), []);
        await page.screenshot({ path: join(screenshots, `rights-ready-${lang}.png`), fullPage: true });
        const download = page.waitForEvent("download");
        await page.getByRole("button", { name: say.right_fetch }).click();
        assert.match((await download).suggestedFilename(), /\.zip$/);
        await page.getByRole("button", { name: say.right_received }).click();
        await page.locator(".rows .status").getByText(say.right_state_done).waitFor();
        assert.deepEqual(page.complaints, []);
        await page.context().close();
    });
}

test("a correction says which fields are wrong and what is right, and an officer opens that on purpose", async () => {
    const page = await customer("grace.hopper@example.com", "en", frames.en);
    await page.goto("/account/requests?lang=en");
    const say = wordsOf("en", "portal");
    await page.getByRole("button", { name: say.right_ask_correction }).click();
    const form = page.locator("form", { hasText: say.correction_title });
    await form.getByRole("button", { name: say.right_ask_correction }).click();
    await page.getByText(say.correction_choose).waitFor();
    await page.getByLabel("Name:").check();
    await page.getByLabel("Name, as it is right").fill("Rear Admiral Hopper");
    assert.deepEqual(await audit(page), []);
    await page.screenshot({ path: join(screenshots, "rights-correction.png"), fullPage: true });
    await form.getByRole("button", { name: say.right_ask_correction }).click();
    await page.getByText(say.right_state_review).waitFor();

    await officer.goto("/console/desk/rights?lang=en");
    await settled(officer);
    await officer.getByRole("button", { name: "Correction" }).first().click();
    await officer.locator("#right-preview").waitFor();
    assert.equal(await officer.getByText("Rear Admiral Hopper").count(), 0);
    await officer.getByRole("button", { name: "Show what is to be right" }).click();
    await officer.getByText("Rear Admiral Hopper").waitFor();
    await lookAt(officer, "console-right-correction");
    await officer.getByRole("button", { name: wordsOf("en", "console").right_approve }).click();
    await officer.getByText(wordsOf("en", "console").right_state_done).first().waitFor();
    await page.goto("/account/profile?lang=en");
    await page.waitForFunction(() => [...document.querySelectorAll("input")].some((one) => one.value === "Rear Admiral Hopper"));
    assert.deepEqual(page.complaints, []);
    await page.context().close();
});

for (const [lang, options] of Object.entries(frames)) {
    const say = wordsOf(lang, "portal");
    const console = wordsOf(lang, "console");

    test(`an agent asks in somebody's name, and the person reads which one before they confirm (${lang})`, async () => {
        const email = `grace.${lang}@example.com`;
        const page = await customer(email, lang, options);
        const asked = await post("/v1/data-rights-request", { exercise: "deletion", email }, token);
        assert.equal(asked.reason, "need_user_verification");
        const letter = await server.mailedLink(email, "/account/requests");
        await page.goto(`/account/requests?lang=${lang}${letter.hash}`);
        await settled(page);
        await page.locator(".rows").getByText("Permission Pal").waitFor(); // isolated, in Arabic
        assert.deepEqual(await audit(page), []);
        await page.screenshot({ path: join(screenshots, `rights-agent-${lang}.png`), fullPage: true });
        await page.getByRole("button", { name: say.right_agree }).click();
        await page.getByText(say.right_state_review).waitFor();
        await officer.goto(`/console/desk/rights?lang=${lang}`);
        await settled(officer);
        await officer.getByRole("button", { name: console.right_erasure }).first().click();
        await officer.getByText("Permission Pal").waitFor();
        await lookAt(officer, `console-right-agent-${lang}`);
        assert.deepEqual(page.complaints, []);
        await page.context().close();
    });
}

test("who is no officer is told so", async () => {
    const agent = await openPage(browser, server, { expected: /status of (40[13])/ });
    await joinConsole(agent, inviteOf(server, "alan@example.com", "agent"));
    await agent.goto("/console/desk/rights");
    await agent.getByText("This page is for privacy officers.").waitFor();
    assert.deepEqual(await audit(agent), []);
    await agent.context().close();
});
