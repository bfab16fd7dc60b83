// SPDX-License-Identifier: Apache-2.0
// Every page in every language: no finding of axe, nothing wider than the screen, nothing the
// browser complains of. Screenshots are left for eyes.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { audit, launch, openPage, Server, screenshots, settled, signUp, source } from "./avow.mjs";

const email = "grace@example.com";
const open = ["/", "/privacy", "/list", "/list/leave", "/list/confirm", "/nothing/here", "/sign-in", "/sign-up", "/reset", "/reset/new#secret", "/verify#secret"];
const inside = ["/account", "/account/profile", "/account/requests", "/account/permissions", "/account/held", "/account/uses",
    "/account/security"];
const looks = [
    { name: "phone-light", viewport: { width: 360, height: 740 }, colorScheme: "light", lang: "en" },
    { name: "phone-dark", viewport: { width: 360, height: 740 }, colorScheme: "dark", lang: "ar" },
    { name: "wide-light", viewport: { width: 1440, height: 900 }, colorScheme: "light", lang: "ar" },
    { name: "wide-dark", viewport: { width: 1440, height: 900 }, colorScheme: "dark", lang: "en" },
    { name: "narrow-fr", viewport: { width: 320, height: 640 }, colorScheme: "light", lang: "fr" },
    { name: "phone-de", viewport: { width: 360, height: 740 }, colorScheme: "dark", lang: "de" },
    { name: "wide-ja", viewport: { width: 1440, height: 900 }, colorScheme: "light", lang: "ja" },
];
let server, browser, cookies;

before(async () => {
    server = await Server.start(join(source, "policy"));
    browser = await launch();
    const page = await openPage(browser, server);
    await signUp(page, email, "Grace");
    cookies = await page.context().cookies();
    const [agent, marketer] = [server.token("agent"), server.token("marketer")];
    await server.use(agent, "service", email, ["email", "name"]);
    await server.use(marketer, "offers", email);
    await page.close();
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

const file = (path) => path.replaceAll("/", "-").replace(/^-$/, "-home");
const widest = (page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

async function visit(page, path, look) {
    await page.goto(`${path}?lang=${look.lang}`);
    if (inside.includes(path) || path.startsWith("/sign")) await settled(page);
    if (path === "/account/uses") {
        await page.locator(".timeline button.small").first().click();
        await page.locator(".verdict").waitFor();
    }
    if (inside.includes(path)) {
        // The policy names the corner, in every language.
        const box = await page.locator(".smile").boundingBox();
        assert.ok(box.x < 60 && box.y < 60, `${path}: the Profile button stands at ${box.x}, ${box.y}`);
    }
    const problems = await audit(page);
    await page.screenshot({ path: join(screenshots, `${look.name}${file(path)}.png`), fullPage: true });
    assert.deepEqual(problems, [], path);
    assert.ok((await widest(page)) <= 0, `${path} is wider than the screen`);
    assert.equal(await page.getAttribute("html", "dir"), look.lang === "ar" ? "rtl" : "ltr", path);
}

for (const look of looks) {
    test(`pages are good for everyone: ${look.name} in ${look.lang}`, async () => {
        const page = await openPage(browser, server, { viewport: look.viewport, colorScheme: look.colorScheme });
        for (const path of open) await visit(page, path, look);
        assert.deepEqual(await page.context().cookies(), [], "a visitor got a cookie");
        await page.context().addCookies(cookies);
        for (const path of inside) await visit(page, path, look);
        const complaints = page.complaints.filter((one) => !/status of 404/.test(one));
        assert.deepEqual(complaints, []);
        await page.context().close();
    });
}

test("the privacy page reads whole without JavaScript", async () => {
    const page = await openPage(browser, server, { javaScriptEnabled: false });
    await page.goto("/privacy");
    const promise = page.locator("details").first();
    await promise.locator("summary").click();
    assert.ok(await promise.locator("dl").isVisible());
    await page.context().close();
});

test("a failing server is said in words, with a way to try again", async () => {
    const page = await openPage(browser, server);
    await page.context().addCookies(cookies);
    await page.route("**/collections?*", (route) => route.fulfill({ status: 503, body: "" }));
    await page.goto("/account/held");
    await page.locator(".failure").waitFor();
    assert.deepEqual(await audit(page), []);
    await page.unroute("**/collections?*");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText(email).waitFor();
    await page.context().close();
});

test("everything on the account's pages is reached and worked by the keyboard", async () => {
    const page = await openPage(browser, server);
    await page.context().addCookies(cookies);
    await page.goto("/account");
    await settled(page);
    await page.keyboard.press("Tab");
    assert.match(await page.evaluate(() => document.activeElement.className), /skip/);
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-label")), "Profile");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/account/profile");
    await settled(page);
    assert.equal(await page.evaluate(() => document.activeElement.tagName), "H1");
    await page.context().close();
});
