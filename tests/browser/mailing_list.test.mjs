// SPDX-License-Identifier: Apache-2.0
// Joining and leaving the mailing list as people do: by the keyboard, in English and Arabic, with
// and without JavaScript.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { audit, launch, openPage, Server, screenshots, source } from "./avow.mjs";

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

const decision = async (email, purpose) => (await server.use(marketer, purpose, email)).fields.email.because;

async function seen(page, name) {
    await page.screenshot({ path: join(screenshots, `list-${name}.png`), fullPage: true });
    assert.deepEqual(await audit(page), [], name);
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0, `${name} is too wide`);
}

async function submit(page) {
    await page.locator("form.form button").focus();
    const answered = page.waitForNavigation();
    await page.keyboard.press("Enter");
    await answered;
}

for (const [lang, look] of [["en", { viewport: { width: 1440, height: 900 }, colorScheme: "light" }],
    ["ar", { viewport: { width: 360, height: 740 }, colorScheme: "dark" }]]) {
    for (const javaScriptEnabled of [true, false]) {
        const way = `${lang}-${javaScriptEnabled ? "script" : "no-script"}`;
        test(`one joins, sees a mistake at its field, confirms and leaves: ${way}`, async () => {
            const email = `ada.${way}@example.com`;
            const context = javaScriptEnabled ? look : { ...look, javaScriptEnabled };
            const page = await openPage(browser, server, context);
            // axe itself is a script.
            const look_at = javaScriptEnabled ? (name) => seen(page, `${way}-${name}`) : async () => {};
            await page.goto(`/?lang=${lang}`);
            await page.locator('a[href^="/list"]').click();
            await page.waitForURL("**/list?*");
            await page.locator("#email").fill("no address");
            await submit(page);
            assert.equal(await page.locator("#wrong-email").count(), 1);
            assert.equal(await page.locator("#wrong-topics").count(), 1);
            assert.equal(await page.locator("#email").inputValue(), "no address");
            await look_at("wrong");
            await page.locator("#email").fill(email);
            await page.locator("#topic-offers").focus();
            await page.keyboard.press("Space");
            await submit(page);
            assert.equal(await page.locator('[role="status"] h1').count(), 1);
            await look_at("asked");

            const link = await server.mailedLink(email, "/list/confirm");
            await page.goto(`/list/confirm?lang=${lang}${link.hash}`);
            if (javaScriptEnabled) {
                await page.waitForFunction(() => location.hash === "");
                assert.equal(await page.locator("#link").inputValue(), link.hash.slice(1));
            } else {
                await page.locator("#link").fill(link.href);
            }
            await look_at("confirm");
            await submit(page);
            assert.equal(await page.locator(".topics li").count(), 1);
            await look_at("joined");
            assert.equal(await decision(email, "offers"), "permission_given");
            assert.equal(await decision(email, "announcements"), "no_permission");

            await page.locator('a[href^="/list/leave"]').click();
            await page.locator("#email").fill(email);
            await submit(page);
            let leaving = link;
            for (let tries = 0; tries < 200 && leaving.hash === link.hash; ++tries) {
                leaving = await server.mailedLink(email, "/list/confirm");
                await new Promise((done) => setTimeout(done, 50));
            }
            await page.goto(`/list/confirm?lang=${lang}`);
            await page.locator("#link").fill(leaving.href);
            await submit(page);
            await look_at("left");
            // What was held for the list alone is over with the last yes.
            assert.equal(await decision(email, "offers"), "retention_over");
            assert.deepEqual(await page.context().cookies(), []);
            await page.context().close();
        });
    }
}

test("a link that is over says so at its field", async () => {
    const page = await openPage(browser, server);
    await page.goto("/list/confirm?lang=fr#nothing");
    await submit(page);
    assert.equal(await page.locator("#wrong-link").count(), 1);
    await seen(page, "fr-over");
    await page.context().close();
});
