// SPDX-License-Identifier: Apache-2.0
// The portal and the console in a language that nobody speaks (avow i18n pseudo): every word of ours
// comes from a catalogue, and a third more of it breaks no page.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { audit, launch, openPage, Server, screenshots, settled, signUp, source } from "./avow.mjs";
import { inviteOf, joinConsole } from "./staff.mjs";

const email = "pseudo@example.com";
const reports = ["summary", "live", "pages", "entries", "exits", "paths", "time_on_page", "referrers", "channels", "campaigns",
    "countries", "browsers", "systems", "devices", "outbound", "events",
    "goals", "funnel", "bots"];
// By what each catalogue is known on its way, and the pages that speak from it. The console speaks
// from both.
const catalogues = {
    portal: {
        french: "Vous avez dit oui le",
        open: ["/sign-in", "/sign-up", "/reset"],
        inside: ["/account", "/account/profile", "/account/requests", "/account/surveys", "/account/permissions", "/account/held",
            "/account/uses", "/account/security"],
    },
    console: {
        french: "Faites-en de nouveaux avant",
        open: ["/console/sign-in", "/console/join"],
        inside: ["/console", "/console/desk", "/console/desk/call", "/console/desk/ready", "/console/audience", "/console/surveys", "/console/links",
            "/console/guidelines", "/console/me", ...reports.map((report) => `/console/traffic/${report}`)],
    },
};
let server, browser;

before(async () => {
    server = await Server.start(join(source, "policy"));
    browser = await launch();
    for (const [name, one] of Object.entries(catalogues)) {
        const folder = mkdtempSync(join(tmpdir(), "avow-pseudo-"));
        execFileSync(process.env.AVOW_BIN ?? join(source, "build/release/avow"),
            ["i18n", "pseudo", "--words", join(source, "web/words"), "--catalogue", name, "--out", folder]);
        one.words = readFileSync(join(folder, `${name}.json`), "utf8");
        rmSync(folder, { recursive: true });
    }
    const page = await openPage(browser, server);
    await signUp(page, email, "Grace");
    catalogues.portal.cookies = await page.context().cookies();
    await server.use(server.token("agent"), "service", email, ["email", "name"]);
    await server.use(server.token("marketer"), "offers", email);
    for (let visitor = 0; visitor < 6; ++visitor) {
        const data = JSON.stringify({ n: "pageview", u: "https://localhost/prices", s: 15, g: 4, k: 1 });
        await page.context().request.post("/t/event", { data, headers: { "content-type": "text/plain" } });
    }
    await page.close();
    const console = await openPage(browser, server, { expected: /status of 401/ });
    await joinConsole(console, inviteOf(server, "alan@example.com", "agent", "marketer", "researcher", "web"));
    await console.getByRole("button", { name: "I have read these guidelines" }).click();
    await console.getByText("You acknowledged version").waitFor();
    catalogues.console.cookies = await console.context().cookies();
    await console.context().close();
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

// French speaks pseudo: its catalogues are other files on the way.
async function openPseudo(options) {
    const page = await openPage(browser, server, { locale: "fr-FR", ...options });
    page.data = new Set();
    page.spoken = 0;
    await page.route("**/assets/*.js", async (route) => {
        const answer = await route.fetch();
        const text = await answer.text();
        const spoken = Object.values(catalogues).find(({ french }) => text.includes(french));
        if (spoken) page.spoken += 1;
        await route.fulfill({ response: answer, body: spoken ? `export default ${spoken.words};` : text });
    });
    const gather = (value) => {
        if (typeof value === "string") page.data.add(value);
        else if (value && typeof value === "object") Object.values(value).forEach(gather);
    };
    page.on("response", async (answer) => {
        if (answer.headers()["content-type"]?.includes("json")) gather(await answer.json().catch(() => null));
    });
    return page;
}

// Everything that is read or read aloud, as texts.
const texts = (page) => page.evaluate(() => {
    const found = [document.title];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        if (!walker.currentNode.parentElement.closest("script, style, noscript, pre, kbd")) found.push(walker.currentNode.data);
    }
    for (const name of ["aria-label", "title", "placeholder", "alt", "aria-description"]) {
        for (const one of document.querySelectorAll(`[${name}]`)) found.push(one.getAttribute(name));
    }
    return found.map((text) => text.trim()).filter((text) => /\p{L}{2}/u.test(text));
});

// What is neither of the catalogue nor what the server answered, nor a date, nor a name of a language.
function untranslated(page, found) {
    const dates = /\d{1,2}(er)? \p{L}+\.? \d{4}( (à|at) \d{2}:\d{2})?/gu;
    const names = ["avow", "English", "Français", "Deutsch", "日本語", "العربية", "Grace", "Alan Example", "SHA", email];
    const known = [...page.data, ...names].filter((text) => text.length > 1).sort((a, b) => b.length - a.length);
    return found.filter((text) => {
        let rest = text.replace(/⟦[^⟧]*⟧/gu, " ").replace(dates, " ");
        for (const one of known) rest = rest.replaceAll(one, " ");
        return /\p{L}{2}/u.test(rest);
    });
}

for (const look of [
    { name: "phone", viewport: { width: 320, height: 640 }, colorScheme: "light" },
    { name: "wide", viewport: { width: 1440, height: 900 }, colorScheme: "dark" },
]) {
    for (const [name, catalogue] of Object.entries(catalogues)) test(`no word stands outside the catalogue of the ${name}, and none breaks a page (${look.name})`, async () => {
        const page = await openPseudo({ viewport: look.viewport, colorScheme: look.colorScheme, expected: /status of 401/ });
        const { open, inside, cookies } = catalogue;
        const wrong = [];
        for (const path of [...open, ...inside]) {
            if (path === inside[0]) await page.context().addCookies(cookies);
            await page.goto(`${path}?lang=fr`);
            await settled(page);
            if (path === "/account/permissions") {
                await page.locator("details > summary").click();
                await page.locator("details li").first().waitFor();
            }
            if (path === "/account/uses") {
                await page.locator(".timeline button.small").first().click();
                await page.locator(".verdict").waitFor();
            }
            if (path === "/account/held") {
                await page.getByRole("button", { name: /Ëŕåšé|Éŕåšé/ }).first().click();
                await page.locator(".erasing.planned").waitFor();
            }
            wrong.push(...untranslated(page, await texts(page)).map((text) => `${path}: ${text}`));
            const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
            await page.screenshot({ path: join(screenshots, `pseudo-${look.name}${path.replaceAll("/", "-")}.png`), fullPage: true });
            if (wide > 0) wrong.push(`${path} is ${wide} px too wide`);
            // The mark's label names us, and our name is no word: pseudo writes it otherwise.
            const problems = (await audit(page)).filter((one) => one !== "label-content-name-mismatch: .mark");
            wrong.push(...problems.map((one) => `${path}: ${one}`));
        }
        assert.deepEqual(wrong, []);
        assert.ok(page.spoken >= 1, "the catalogue was not found: the test saw French");
        assert.deepEqual(page.complaints, []);
        await page.context().close();
    });
}

test("the test finds a word that is in no catalogue", async () => {
    const page = await openPseudo({});
    await page.goto("/sign-in?lang=fr");
    await settled(page);
    await page.evaluate(() => document.querySelector("main").append("Hard coded"));
    assert.deepEqual(untranslated(page, await texts(page)), ["Hard coded"]);
    await page.context().close();
});
