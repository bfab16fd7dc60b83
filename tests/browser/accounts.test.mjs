// SPDX-License-Identifier: Apache-2.0
// My Accounts and Profile: what changed in the policy sentence by sentence, the services one has and
// can ask for, telephone numbers, the history; and what two tabs, the way back and an old form do.
import assert from "node:assert/strict";
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Server, audit, launch, openPage, picture, settled, signUp, source } from "./avow.mjs";

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

async function visitor(email, options = {}) {
    const page = await openPage(browser, server, { expected: /status of (40[1349]|422)/, ...options });
    pages.push(page);
    await page.goto("/sign-up?lang=en");
    await signUp(page, email);
    return page;
}
async function open(page, path, lang) {
    await page.goto(`${path}?lang=${lang}`);
    await settled(page);
}
// A further version in English alone, whose text and promises `change` wrote.
function publish(version, change = (files) => files) {
    const folder = join(server.folder, version);
    cpSync(server.policy, folder, { recursive: true });
    for (const name of readdirSync(folder)) if (/\.\w\w\.(md|toml)$/.test(name)) rmSync(join(folder, name));
    const [text, promises] = ["privacy.md", "promises.toml"].map((name) => join(folder, name));
    const files = change({ text: readFileSync(text, "utf8"), promises: readFileSync(promises, "utf8") });
    writeFileSync(text, files.text);
    writeFileSync(promises, files.promises.replace(/^version(\s*)= ".*"$/m, `version$1= "${version}"`));
    server.run("policy", "publish", folder);
}

for (const { lang, words } of [
    { lang: "en", words: { ask: "Ask for it: Language courses", asked: "asked for", open: "open", wish: "I would like to use this service: Language courses.",
        label: "Language courses", company: "Lindenhof Conferences" } },
    { lang: "ar", words: { ask: "اطلبها: دورات اللغات", asked: "مطلوبة", open: "مفتوحة", wish: "أود استخدام هذه الخدمة: دورات اللغات.",
        label: "دورات اللغات", company: "Lindenhof Conferences" } },
]) {
    test(`a service is asked for once, opened by who runs it, and shown among one's own (${lang})`, async () => {
        const page = await visitor(`services.${lang}@example.com`);
        await open(page, "/account", lang);
        assert.equal(await page.locator('[aria-labelledby="services"]').count(), 0);
        await page.locator('[aria-labelledby="catalogue"]').getByText(words.company).waitFor();
        assert.deepEqual(await audit(page), []);
        await page.getByRole("button", { name: words.ask }).click();
        const mine = page.locator('[aria-labelledby="services"]');
        await mine.getByText(words.asked).waitFor();
        assert.equal(await page.getByRole("button", { name: words.ask }).count(), 0);
        await mine.getByRole("link").click();
        await settled(page);
        await page.getByText(words.label).first().click();
        await page.getByText(words.wish).waitFor();
        await open(page, "/account", lang);
        const customer = (await (await page.request.get("/api/v1/account")).json()).customer;
        const { status } = await server.ask("PUT", `/api/v1/customers/${customer}/services/courses`,
            { token: server.token("agent"), body: { state: "open" } });
        assert.equal(status, 204);
        await open(page, "/account", lang);
        await mine.getByText(words.open, { exact: true }).waitFor();
        assert.deepEqual(await audit(page), []);
        await picture(page, `accounts-services-${lang}`);
    });
}

for (const { lang, locale, words } of [
    { lang: "en", locale: "en-GB", words: { phone: "Telephone number", save: "Save", saved: "Saved.", wrong: "This is no telephone number that can be called", history: "History of changes" } },
    { lang: "ar", locale: "ar-EG", words: { phone: "رقم الهاتف", save: "حفظ", saved: "تم الحفظ.", wrong: "هذا ليس رقمًا يمكن الاتصال به", history: "سجل التغييرات" } },
]) {
    test(`telephone numbers are taken as people write them, kept as E.164, and their history is there (${lang})`, async () => {
        const page = await visitor(`phone.${lang}@example.com`, { locale });
        await open(page, "/account/profile", lang);
        const phone = page.getByLabel(words.phone);
        const save = page.getByRole("button", { name: words.save });
        await phone.fill("12");
        await save.click();
        await page.getByText(words.wrong).waitFor();
        assert.equal(await phone.getAttribute("aria-invalid"), "true");
        assert.deepEqual(await audit(page), []);
        await phone.fill("+44 (0)20 7946 0000");
        await save.click();
        await page.getByText(words.saved).waitFor();
        assert.equal(await phone.inputValue(), "+44 20 7946 0000", "as its country writes it");
        await phone.fill(lang === "en" ? "020 7946 0001" : "02 27350000");
        await save.click();
        await page.waitForFunction(() => document.querySelector("#phone").value.startsWith("+"));
        const { fields } = await (await page.request.get("/api/v1/account/profile")).json();
        assert.equal(fields.phone, lang === "en" ? "+442079460001" : "+20227350000");
        await page.locator("summary", { hasText: words.history }).click();
        await page.locator("details").getByText("+44 20 7946 0000").waitFor();
        await page.locator("details").getByText(await phone.inputValue()).waitFor();
        assert.deepEqual(await audit(page), []);
        await picture(page, `profile-history-${lang}`);
    });
}

test("two tabs: what one signs out of, the other shows no more, and the way back leads nowhere", async () => {
    const page = await visitor("tabs@example.com");
    await page.goto("/account/held");
    await settled(page);
    await page.getByText("tabs@example.com").first().waitFor();
    const other = await page.context().newPage();
    await other.goto("/account");
    await settled(other);
    await other.getByRole("button", { name: "Sign out" }).click();
    await other.waitForURL("**/sign-in");
    await other.goBack();
    await other.waitForURL("**/sign-in");
    assert.equal(await other.getByText("tabs@example.com").count(), 0);
    await page.reload();
    await page.waitForURL("**/sign-in");
    await page.goBack().catch(() => undefined);
    await page.waitForURL("**/sign-in");
    assert.equal(await page.getByText("tabs@example.com").count(), 0);
});

test("two tabs: the later word stands, and nobody's is lost unseen", async () => {
    const page = await visitor("both@example.com");
    const other = await page.context().newPage();
    for (const tab of [page, other]) await open(tab, "/account/profile", "en");
    for (const [tab, name] of [[page, "Ada the First"], [other, "Ada the Second"]]) {
        await tab.getByLabel("Name").fill(name);
        await tab.getByRole("button", { name: "Save" }).click();
        await tab.getByText("Saved.").waitFor();
    }
    await open(page, "/account/profile", "en");
    assert.equal(await page.getByLabel("Name").inputValue(), "Ada the Second");
    await page.locator("summary", { hasText: "History of changes" }).click();
    await page.locator("details").getByText("Ada the First").waitFor();
});

test("the policy's changes are shown sentence by sentence, each with the way to its place", async () => {
    const page = await visitor("news@example.com");
    const added = "Every year we read this page anew.";
    let old, changed;
    publish("next", ({ text, promises }) => {
        old = [...promises.matchAll(/\[\[statements\]\]\nsays\s*= "(.*)"/g)].map((found) => found[1]).at(-1);
        changed = old.replace(/\.$/, " from now on.");
        return {
            text: `${text.replace(old, changed)}\n${added}\n`,
            promises: `${promises.replace(old, changed)}\n[[statements]]\nsays = "${added}"\n`,
        };
    });
    for (const lang of ["en", "ar"]) {
        await open(page, "/account", lang);
        const news = page.locator('[aria-labelledby="news"]');
        await news.getByText(added).waitFor();
        assert.deepEqual(await news.locator("del").allInnerTexts(), [old]);
        assert.deepEqual(await news.locator("ins").allInnerTexts(), [changed, added]);
        assert.deepEqual(await audit(page), []);
        await picture(page, `accounts-news-${lang}`);
    }
    const place = await page.locator('[aria-labelledby="news"] li a').last().getAttribute("href");
    const read = await page.context().newPage();
    await read.goto(place);
    assert.ok((await read.locator(`#${place.split("#")[1]}`).innerText()).includes(added));
    await open(page, "/account", "en");
    await page.getByRole("button", { name: "I have seen it" }).click();
    await page.locator('[aria-labelledby="news"]').waitFor({ state: "detached" });
});

test("a form that shows an older version of the policy is not taken", async () => {
    const page = await visitor("stale@example.com");
    await open(page, "/account/profile", "en");
    publish("later");
    await page.getByLabel("Company").fill("Analytical Engines");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("The privacy policy has changed").waitFor();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved.").waitFor();
});

test("the browser had nothing to complain of", () => {
    assert.deepEqual(pages.flatMap((page) => page.complaints), []);
});
