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
    page = await openPage(browser, server, { expected: /status of (40[149]|422)/ });  // 404: a link that was used
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
    { lang: "en", words: { take: "Only the data, as JSON", ask: "Your password once more", wrong: "This is not the password of your account.",
        go: "Go on", cancel: "Cancel", password: "Password" } },
    { lang: "ar", words: { take: "البيانات فقط بصيغة JSON", ask: "كلمة المرور مرة أخرى", wrong: "هذه ليست كلمة مرور حسابك.", go: "متابعة", cancel: "إلغاء",
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

test("the address is confirmed by the mailed link, by a press and not by opening it", async () => {
    await open("/account");
    await page.getByText("Your email address is not confirmed yet").waitFor();
    const link = await server.mailedLink(email, "/verify");
    const mailed = `/verify${link.hash}`;
    for (let opened = 0; opened < 2; ++opened) {
        await page.goto("about:blank");
        await page.goto(mailed);
        await page.getByRole("button", { name: "Confirm it" }).waitFor();
        assert.equal(new URL(page.url()).hash, "");
    }
    await page.getByRole("button", { name: "Confirm it" }).click();
    await page.getByText("your address is confirmed").waitFor();
    await page.getByRole("link", { name: "My Accounts" }).last().click();
    await settled(page);
    assert.equal(await page.getByText("Your email address is not confirmed yet").count(), 0);
    await page.goto("about:blank");
    await page.goto(mailed);
    await page.getByRole("button", { name: "Confirm it" }).click();
    await page.getByText("This link was used already").waitFor();
});

for (const { lang, words, next } of [
    { lang: "en", next: "seven lamps and a marsh 5", words: { forgot: "Forgot your password?", email: "Email address", send: "Send the link",
        sent: "If there is an account with this address", fresh: "New password", set: "Set the new password", done: "Your new password is set." } },
    { lang: "ar", next: "nine marshes and a lamp 6", words: { forgot: "نسيت كلمة المرور؟", email: "عنوان البريد الإلكتروني", send: "إرسال الرابط",
        sent: "إن كان ثمة حساب بهذا العنوان", fresh: "كلمة المرور الجديدة", set: "تعيين كلمة المرور الجديدة", done: "تم تعيين كلمة مرورك الجديدة" } },
]) {
    test(`a forgotten password is replaced by the mailed link (${lang})`, async () => {
        const other = `${lang}@example.com`;
        const context = await openPage(browser, server);
        await signUp(context, other, "Grace");
        await context.context().clearCookies();
        await context.goto(`/sign-in?lang=${lang}`);
        await context.getByRole("link", { name: words.forgot }).click();
        await context.getByLabel(words.email).fill(other);
        await context.getByRole("button", { name: words.send }).click();
        await context.getByText(words.sent).waitFor();
        const link = await server.mailedLink(other, "/reset/new");
        await context.goto("about:blank");
        await context.goto(`/reset/new?lang=${lang}${link.hash}`);
        await context.getByLabel(words.fresh).fill(next);
        await context.getByRole("button", { name: words.set }).click();
        await context.getByText(words.done).waitFor();
        assert.deepEqual(await audit(context), []);
        await context.goto("/sign-in?lang=en");
        await context.getByLabel("Email address").fill(other);
        await context.getByLabel("Password").fill(next);
        await context.keyboard.press("Enter");
        await context.waitForURL("**/account");
        await context.context().close();
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
