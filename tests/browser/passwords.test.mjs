// SPDX-License-Identifier: Apache-2.0
// The rules of PCI DSS, chosen by the operator: what the forms say of them, and a password over its
// age at sign-in.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { audit, launch, openPage, password, picture, Server, settled, signUp, source } from "./avow.mjs";

let server, browser;
const pages = [];

before(async () => {
    server = await Server.start(join(source, "policy"), { AVOW_PASSWORDS: "pci" });
    browser = await launch();
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

async function visitor() {
    const page = await openPage(browser, server);
    pages.push(page);
    return page;
}
// As if every password had been chosen long ago.
function growOld() {
    const change = "import sqlite3, sys; store = sqlite3.connect(sys.argv[1]); store.execute('update accounts set changed_ms = 0'); store.commit()";
    execFileSync("/usr/bin/python3", ["-c", change, join(server.data, "store.db")]);
}

for (const { lang, words } of [
    { lang: "en", words: { former: "Not one of your last 4 passwords.", wrong: "see the list below", sign: "Sign in", email: "Email address", password: "Password",
        old: "more than 90 days old", fresh: "New password", last: "is one of your last ones", letters: "letters" } },
    { lang: "ar", words: { former: "ليست من آخر 4 كلمات مرور لك.", wrong: "انظر القائمة أدناه", sign: "تسجيل الدخول", email: "عنوان البريد الإلكتروني", password: "كلمة المرور",
        old: "وقد مضى عليها أكثر من", fresh: "كلمة المرور الجديدة", last: "هي من كلماتك الأخيرة", letters: "حروف" } },
]) {
    test(`what the operator wants is a rule in the list and said of a password that breaks it (${lang})`, async () => {
        const page = await visitor();
        await page.goto(`/sign-up?lang=${lang}`);
        await page.getByText(words.former).waitFor();
        await page.locator("#email").fill(`rules.${lang}@example.com`);
        await page.locator("#password").fill("a sentence without any number");
        await page.locator('form button[type="submit"]').click();
        await page.getByText(words.wrong).waitFor();
        assert.deepEqual(await audit(page), []);
    });

    test(`a password over its age signs in together with a new one (${lang})`, async () => {
        const email = `old.${lang}@example.com`;
        const page = await visitor();
        await page.goto("/sign-up?lang=en");
        await signUp(page, email);
        growOld();
        await page.context().clearCookies();
        await page.goto(`/sign-in?lang=${lang}`);
        await page.getByLabel(words.email).fill(email);
        await page.getByLabel(words.password, { exact: true }).fill(password);
        await page.keyboard.press("Enter");
        await page.getByText(words.old).waitFor();
        assert.equal(await page.getByRole("alert").count(), 0, "a question is no mistake");
        assert.deepEqual(await audit(page), []);
        await picture(page, `over-age-${lang}`);
        await page.getByLabel(words.fresh).fill(password);
        await page.keyboard.press("Enter");
        await page.getByText(words.last).waitFor();
        await page.getByLabel(words.fresh).fill("nine lamps and a marsh 9");
        await page.keyboard.press("Enter");
        await page.waitForURL("**/account");
        await settled(page);
    });
}

test("the browser had nothing to complain of", () => {
    assert.deepEqual(pages.flatMap((page) => page.complaints), []);
});
