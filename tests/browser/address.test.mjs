// SPDX-License-Identifier: Apache-2.0
// Whose an address is, in the browser: signing up with a known one, confirming from elsewhere, a
// change of the address and the way back.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Server, audit, launch, openPage, password, picture, settled, signUp, source } from "./avow.mjs";

let server, browser;
const pages = [];

before(async () => {
    server = await Server.start(join(source, "policy"));
    browser = await launch();
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

async function visitor() {
    const page = await openPage(browser, server, { expected: /status of (40[1349]|422)/ });
    pages.push(page);
    return page;
}

for (const { lang, words } of [
    { lang: "en", words: { confirm: "Confirm it", confirmed: "your address is confirmed", wants: "Give the password of your account as well", password: "Password",
        wrong: "This is not the password of your account.", email: "Email address", save: "Save", asked: "It becomes your address when you follow that letter",
        forget: "Leave my address as it is", undo: "Take it back", undone: "nobody is signed in any more", over: "This link was used already" } },
    { lang: "ar", words: { confirm: "تأكيد", confirmed: "تم تأكيد عنوانك", wants: "أدخل كلمة مرور حسابك أيضًا", password: "كلمة المرور",
        wrong: "هذه ليست كلمة مرور حسابك.", email: "عنوان البريد الإلكتروني", save: "حفظ", asked: "يصبح عنوانك عندما تتبع الرسالة",
        forget: "إبقاء عنواني كما هو", undo: "تراجع عنه", undone: "لم يعد أحد داخل الحساب", over: "استُخدم من قبل" } },
]) {
    const email = `ada.${lang}@example.com`;
    const other = `ada.${lang}@new.example.com`;

    test(`an address is confirmed from another browser by link and password (${lang})`, async () => {
        const first = await visitor();
        await signUp(first, email);
        const elsewhere = await visitor();
        const link = await server.mailedLink(email, "/verify");
        await elsewhere.goto(`/verify?lang=${lang}${link.hash}`);
        await elsewhere.getByRole("button", { name: words.confirm }).click();
        await elsewhere.getByText(words.wants).waitFor();
        assert.equal(await elsewhere.getByRole("alert").count(), 0, "a question is no mistake");
        assert.deepEqual(await audit(elsewhere), []);
        await picture(elsewhere, `verify-${lang}`);
        await elsewhere.getByLabel(words.password).fill("not the password");
        await elsewhere.keyboard.press("Enter");
        await elsewhere.getByText(words.wrong).waitFor();
        await elsewhere.getByLabel(words.password).fill(password);
        await elsewhere.keyboard.press("Enter");
        await elsewhere.getByText(words.confirmed).waitFor();
    });

    test(`a second sign-up with the address looks like any other and sees nothing of the first (${lang})`, async () => {
        const stranger = await visitor();
        await signUp(stranger, email, "Eve");
        await stranger.goto("/account/held");
        await settled(stranger);
        assert.equal(await stranger.locator("article.card").count(), 1);
        await stranger.getByText("Eve").first().waitFor();
    });

    test(`another address is asked for, left, asked for again, confirmed and taken back (${lang})`, async () => {
        const page = await visitor();
        await page.goto("/sign-in?lang=en");
        await page.getByLabel("Email address").fill(email);
        await page.getByLabel("Password").fill(password);
        await page.keyboard.press("Enter");
        await page.waitForURL("**/account");
        const profile = async () => {
            await page.goto(`/account/profile?lang=${lang}`);
            await settled(page);
        };
        await profile();
        await page.getByLabel(words.email).fill(other);
        await page.getByRole("button", { name: words.save }).click();
        await page.getByText(words.asked).waitFor();
        assert.equal(await page.getByLabel(words.email).inputValue(), email, "it stays what it was");
        assert.deepEqual(await audit(page), []);
        await picture(page, `profile-asked-${lang}`);
        const forgotten = await server.mailedLink(other, "/verify");
        await page.getByRole("button", { name: words.forget }).click();
        await page.getByText(words.asked).waitFor({ state: "detached" });
        await profile();
        await page.getByLabel(words.email).fill(other);
        await page.getByRole("button", { name: words.save }).click();
        await page.getByText(words.asked).waitFor();
        const link = await server.mailedLink(other, "/verify", forgotten);
        await page.goto("about:blank");
        await page.goto(`/verify?lang=${lang}${link.hash}`);
        await page.getByRole("button", { name: words.confirm }).click();
        await page.getByText(words.confirmed).waitFor();
        await profile();
        assert.equal(await page.getByLabel(words.email).inputValue(), other);

        const undo = await server.mailedLink(email, "/undo");
        const owner = await visitor();
        for (let opened = 0; opened < 2; ++opened) {
            await owner.goto("about:blank");
            await owner.goto(`/undo?lang=${lang}${undo.hash}`);
            await owner.getByRole("button", { name: words.undo }).waitFor();
        }
        assert.deepEqual(await audit(owner), []);
        await picture(owner, `undo-${lang}`);
        await owner.getByRole("button", { name: words.undo }).click();
        await owner.getByText(words.undone).waitFor();
        await page.goto("/account/profile");
        await page.waitForURL("**/sign-in");
        await owner.goto("about:blank");
        await owner.goto(`/undo?lang=${lang}${undo.hash}`);
        await owner.getByRole("button", { name: words.undo }).click();
        await owner.getByText(words.over).waitFor();
    });
}

test("a form that is sent twice opens one account", async () => {
    const page = await visitor();
    let sent = 0;
    // The answer is lost on its way: the form is sent once more, by the visitor.
    await page.route("**/sign-up?*", async (route) => {
        if (route.request().method() !== "POST" || sent++ > 0) return route.continue();
        await route.fetch();
        await route.abort("connectionreset");
    });
    page.complaints.push = () => 0;  // the browser's own word on the lost answer
    await page.goto("/sign-up?lang=en");
    await page.getByLabel("Email address").fill("twice@example.com");
    await page.locator("#password").fill(password);
    await page.getByRole("button", { name: "Sign up" }).click();
    await page.getByRole("alert").waitFor();
    await page.getByRole("button", { name: "Sign up" }).click();
    await page.waitForURL("**/account");
    assert.equal(sent, 2);
    const link = await server.mailedLink("twice@example.com", "/verify");
    await page.goto(`/verify?lang=en${link.hash}`);
    await page.getByRole("button", { name: "Confirm it" }).click();
    await page.getByText("your address is confirmed").waitFor();
});

test("the browser had nothing to complain of", () => {
    assert.deepEqual(pages.flatMap((page) => page.complaints), []);
});
