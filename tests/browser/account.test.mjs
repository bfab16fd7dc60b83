// SPDX-License-Identifier: Apache-2.0
// The account's own safety, by its holder: the password, the sessions, and the password once more
// before what must not be left to an open browser.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { audit, launch, openPage, password, Server, screenshots, settled, signUp, source } from "./avow.mjs";

const email = "ada@example.com";
const better = "forty kettles under a lamp 8";
let server, browser, page;

before(async () => {
    server = await Server.start(join(source, "policy"));
    browser = await launch();
    page = await openPage(browser, server);
    await signUp(page, email);
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

async function open(path, lang = "en") {
    await page.goto(`${path}?lang=${lang}`);
    await settled(page);
}
// The server asks once for the password, as it does when ten minutes are over.
async function grownOld(pattern) {
    await page.route(pattern, (route) => route.fulfill({ status: 401, contentType: "application/problem+json",
        headers: { "www-authenticate": 'Bearer error="insufficient_user_authentication", max_age=600' }, body: "{}" }), { times: 1 });
}

test("a guessed password is refused by the reason, a good one is taken and ends other sessions", async () => {
    const elsewhere = await openPage(browser, server);
    await elsewhere.goto("/sign-in");
    await elsewhere.getByLabel("Email address").fill(email);
    await elsewhere.getByLabel("Password").fill(password);
    await elsewhere.keyboard.press("Enter");
    await elsewhere.waitForURL("**/account");
    await open("/account/security");
    await page.getByText("Another session").waitFor();
    await page.getByLabel("Current password").fill("not the password");
    await page.getByLabel("New password").fill("Password2026!!");
    await page.getByRole("button", { name: "Change the password" }).click();
    await page.getByText("This is not the password of your account.").waitFor();
    await page.getByLabel("Current password").fill(password);
    await page.getByRole("button", { name: "Change the password" }).click();
    await page.getByText("among those that are guessed first").waitFor();
    assert.deepEqual(await audit(page), []);
    await page.getByLabel("New password").fill(better);
    await page.getByRole("button", { name: "Change the password" }).click();
    await page.getByText("Every other session has ended.").waitFor();
    await settled(page);
    assert.equal(await page.getByText("Another session").count(), 0);
    await elsewhere.goto("/account/profile");
    await elsewhere.waitForURL("**/sign-in");
    await elsewhere.context().close();
});

test("a reminder is chosen and kept", async () => {
    await open("/account/security");
    await page.getByLabel("Remind me to change my password").selectOption({ label: "After six months" });
    await page.getByText("Saved.").waitFor();
    await open("/account/security");
    assert.equal(await page.getByLabel("Remind me to change my password").inputValue(), "180");
});

for (const { lang, words } of [
    { lang: "en", words: { take: "Download everything", ask: "Your password once more", wrong: "This is not the password of your account.",
        go: "Go on", cancel: "Cancel", password: "Password" } },
    { lang: "ar", words: { take: "تنزيل كل شيء", ask: "كلمة المرور مرة أخرى", wrong: "هذه ليست كلمة مرور حسابك.", go: "متابعة", cancel: "إلغاء",
        password: "كلمة المرور" } },
]) {
    test(`a download asks for the password once more when it was given long ago (${lang})`, async () => {
        await open("/account/held", lang);
        await grownOld("**/export*");
        await page.getByRole("button", { name: words.take }).click();
        const dialog = page.getByRole("dialog", { name: words.ask });
        await dialog.waitFor();
        assert.equal(await page.evaluate(() => document.activeElement.id), "step-up-password");
        assert.deepEqual(await audit(page), []);
        await page.screenshot({ path: join(screenshots, `step-up-${lang}.png`) });
        await page.keyboard.press("Escape");
        await dialog.waitFor({ state: "detached" });

        await grownOld("**/export*");
        await page.getByRole("button", { name: words.take }).click();
        await dialog.getByLabel(words.password).fill("not the password");
        await dialog.getByRole("button", { name: words.go }).click();
        await dialog.getByText(words.wrong).waitFor();
        const exported = page.waitForEvent("download");
        await dialog.getByLabel(words.password).fill(better);
        await page.keyboard.press("Enter");
        assert.match((await exported).suggestedFilename(), /^cus_.*\.json$/);
        await dialog.waitFor({ state: "detached" });
    });
}

test("who guesses too often is told when to try again", async () => {
    const stranger = await openPage(browser, server);
    await stranger.goto("/sign-in");
    await stranger.getByLabel("Email address").fill(email);
    const slowed = stranger.getByText("This was tried too often.");
    for (let i = 0; i < 30 && !(await slowed.isVisible()); ++i) {
        await stranger.getByLabel("Password").fill(`guess number ${i}`);
        const answered = stranger.waitForResponse("**/sign-in*");
        await stranger.keyboard.press("Enter");
        await answered;
        await stranger.getByRole("alert").waitFor();
    }
    await slowed.waitFor();
    await stranger.context().close();
});

test("the browser had nothing to complain of", () => {
    assert.deepEqual(page.complaints, []);
});
