// SPDX-License-Identifier: Apache-2.0
// Permissions: what each meant, its receipt checked in the browser, and a browser's privacy signal.
// In English and in Arabic, narrow and wide, by day and by night.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { audit, launch, openPage, Server, screenshots, settled, signUp, source } from "./avow.mjs";

let server, browser, marketer;

before(async () => {
    server = await Server.start(join(source, "policy"));
    browser = await launch();
    marketer = server.token("marketer");
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

const because = async (email) => (await server.use(marketer, "offers", email)).fields.email.because;

for (const { lang, words } of [
    { lang: "en", words: { offers: /^Special offers/, uses: "2 uses of your data", refused: "1 question refused", asks: "Your browser says no, you said yes",
        yes: /^My yes counts/, show: "Show all receipts", holds: "This receipt holds", fails: "This is no receipt of ours", check: "Check a receipt", by: "the switch on this page" } },
    { lang: "ar", words: { offers: /^العروض الخاصة/, uses: "استخدامان لبياناتك", refused: "طلب واحد مرفوض", asks: "متصفحك يقول لا وأنت قلت نعم",
        yes: /^موافقتي هي المعتبرة/, show: "اعرض كل الإيصالات", holds: "هذا الإيصال صحيح", fails: "هذا ليس إيصالًا منا", check: "تحقّق من إيصال", by: "المفتاح في هذه الصفحة" } },
]) {
    test(`a yes is given, counted, kept as a receipt, withheld by a signal and confirmed (${lang})`, async () => {
        const email = `${lang}@example.com`;
        const page = await openPage(browser, server);
        await signUp(page, email);
        await page.goto(`/account/permissions?lang=${lang}`);
        await settled(page);
        assert.equal(await because(email), "no_permission");
        const offers = page.getByRole("switch", { name: words.offers });
        await offers.focus();
        await page.keyboard.press("Space");
        await page.locator('[role="switch"][aria-checked="true"]', { hasText: "" }).and(offers).waitFor();
        for (let i = 0; i < 2; ++i) assert.equal(await because(email), "permission_given");
        await page.reload();
        await settled(page);
        const line = page.locator("li", { has: offers });
        for (const seen of [words.uses, words.refused, words.by]) await line.getByText(seen).waitFor();

        // The receipt, and what becomes of it when a byte is changed.
        const download = page.waitForEvent("download");
        await line.locator("a[download]").click();
        const file = await (await download).path();
        const check = page.getByLabel(words.check);
        await check.setInputFiles({ name: "a.receipt", mimeType: "text/plain", buffer: await readFile(file) });
        await page.getByText(words.holds).waitFor();
        assert.deepEqual(await audit(page), []);
        const bent = await readFile(file);
        bent[bent.indexOf("offers")] ^= 1;
        await check.setInputFiles({ name: "b.receipt", mimeType: "text/plain", buffer: bent });
        await page.getByText(words.fails).waitFor();
        await page.getByText(words.show).click();
        await page.locator("details li").nth(1).waitFor();
        assert.equal(await page.locator("details li").count(), 2, "the sign-up and the yes");

        // A browser that says no, seen once, asks once.
        await page.context().setExtraHTTPHeaders({ "Sec-GPC": "1" });
        await page.reload();
        await settled(page);
        await page.getByRole("heading", { name: words.asks }).waitFor();
        assert.equal(await because(email), "objected");
        for (const width of [360, 1440]) {
            for (const colorScheme of ["light", "dark"]) {
                await page.setViewportSize({ width, height: 900 });
                await page.emulateMedia({ colorScheme });
                assert.deepEqual(await audit(page), [], `${width} ${colorScheme}`);
                await page.screenshot({ path: join(screenshots, `permissions-${lang}-${width}-${colorScheme}.png`), fullPage: true });
                const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
                assert.ok(wide <= 0, `${width}: ${wide} px too wide`);
            }
        }
        await page.getByRole("button", { name: words.yes }).click();
        await page.getByRole("heading", { name: words.asks }).waitFor({ state: "detached" });
        assert.equal(await because(email), "permission_given");
        await page.reload();
        await settled(page);
        assert.equal(await page.getByRole("heading", { name: words.asks }).count(), 0, "asked once");
        assert.equal(await because(email), "permission_given");
        assert.deepEqual(page.complaints, []);
        await page.context().close();
    });
}
