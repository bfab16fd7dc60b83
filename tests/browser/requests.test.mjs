// SPDX-License-Identifier: Apache-2.0
// Ask us: a question, its answer, an answer to that, and what is shown when there is nothing or
// something goes wrong. In English and in Arabic, narrow and wide, by day and by night.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { audit, launch, openPage, Server, screenshots, settled, signUp, source } from "./avow.mjs";

let server, browser, agent;

before(async () => {
    server = await Server.start(join(source, "policy"));
    browser = await launch();
    agent = server.token("agent");
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

async function desk(method, path, body, expect) {
    const { status, body: told } = await server.ask(method, `/api/v1/desk/requests${path}`, { token: agent, body });
    assert.equal(status, expect, JSON.stringify(told));
    return told;
}

for (const { lang, dir, words } of [
    { lang: "en", dir: "ltr", words: { ask: "Ask us", none: "You have not asked anything yet.", subject: "What is it about?",
        text: "Your question or request", send: "Send", fresh: "New", yours: "Waits for you", more: "Write more",
        work: "Being worked on", tile: "1 waits for you", gone: "There is no such request.", closed: "This request is closed",
        only: "Only here", all: "All your requests", again: "Try again", loading: "Loading" } },
    { lang: "ar", dir: "rtl", words: { ask: "اسألنا", none: "لم تسأل عن شيء بعد.", subject: "ما الموضوع؟", text: "سؤالك أو طلبك",
        send: "إرسال", fresh: "جديد", yours: "بانتظارك", more: "اكتب المزيد", work: "قيد المعالجة", tile: "طلب واحد ينتظرك",
        gone: "لا يوجد طلب كهذا.", closed: "هذا الطلب مغلق", only: "هنا فقط", all: "كل طلباتك" } },
]) {
    const question = lang === "en" ? "Translation of a manual" : "ترجمة دليل";
    const text = lang === "en" ? "Could you translate forty pages from Japanese?\nBy the end of March, please."
        : "هل يمكنكم ترجمة أربعين صفحة من اليابانية؟\nقبل نهاية مارس من فضلكم.";
    const answer = lang === "en" ? "Gladly. Which form do you need: print, or web pages?" : "بكل سرور. أي شكل تحتاج: طباعة أم صفحات ويب؟";

    test(`a question is asked, answered and taken up again (${lang})`, async () => {
        const page = await openPage(browser, server, { expected: /status of (404|422|503)|ERR_FAILED/ });
        await signUp(page, `${lang}@example.com`);
        await page.goto(`/account/requests?lang=${lang}`);
        await settled(page);
        assert.equal(await page.getAttribute("html", "dir"), dir);
        await page.getByText(words.none).waitFor();
        assert.deepEqual(await audit(page), []);
        await page.screenshot({ path: join(screenshots, `requests-empty-${lang}.png`), fullPage: true });

        // A subject that is too long is said beside its field, and what was typed stays.
        await page.getByLabel(words.subject).fill("x".repeat(201));
        await page.getByLabel(words.text).fill(text);
        await page.getByRole("button", { name: words.send }).click();
        await page.locator("#subject-wrong").waitFor();
        assert.equal(await page.getByLabel(words.text).inputValue(), text);
        assert.deepEqual(await audit(page), []);
        // Offline, nothing is lost, and sent again it is one request.
        await page.getByLabel(words.subject).fill(question);
        await page.route("**/api/v1/requests?**", (route) => route.abort(), { times: 1 });
        await page.getByRole("button", { name: words.send }).click();
        await page.locator(".failure").waitFor();
        assert.deepEqual(await audit(page), []);
        await page.getByRole("button", { name: words.send }).click();
        await page.getByRole("heading", { level: 1, name: question }).waitFor();
        assert.equal(await page.locator(".words").first().innerText(), text);
        const id = new URL(page.url()).hash.slice(1);
        assert.match(id, /^req_/);

        const opened = await desk("GET", `/${id}`, undefined, 200);
        assert.equal(opened.messages[0].text.value, text);
        const answered = await desk("POST", `/${id}/answers`, { text: answer }, 201);
        assert.equal(answered.message.carried, "portal");
        await page.reload();
        await settled(page);
        await page.getByText(answer).waitFor();
        await page.getByText(words.only).waitFor();
        assert.deepEqual(await audit(page), []);

        await page.goto(`/account?lang=${lang}`);
        await settled(page);
        await page.getByText(words.tile).click();
        await page.getByRole("link", { name: question }).waitFor();
        await page.getByText(words.yours, { exact: true }).waitFor();
        await page.getByRole("link", { name: question }).click();
        await page.getByLabel(words.more).fill("PDF.");
        await page.getByRole("button", { name: words.send }).click();
        await page.getByText("PDF.").waitFor();
        await page.getByText(words.work, { exact: true }).waitFor();
        // The list again by our own link, the thread again by going back.
        await page.getByRole("link", { name: words.all }).click();
        await page.getByRole("link", { name: question }).waitFor();
        await page.goBack();
        await page.getByRole("heading", { level: 1, name: question }).waitFor();

        for (const width of [360, 1440]) {
            for (const colorScheme of ["light", "dark"]) {
                await page.setViewportSize({ width, height: 900 });
                await page.emulateMedia({ colorScheme });
                for (const [name, path] of [["thread", `#${id}`], ["list", ""]]) {
                    await page.goto("about:blank");
                    await page.goto(`/account/requests?lang=${lang}${path}`);
                    await settled(page);
                    await page.screenshot({ path: join(screenshots, `requests-${name}-${lang}-${width}-${colorScheme}.png`), fullPage: true });
                    assert.deepEqual(await audit(page), [], `${name} ${width} ${colorScheme}`);
                    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
                    assert.ok(wide <= 0, `${name} ${width}: ${wide} px too wide`);
                }
            }
        }

        await desk("PUT", `/${id}`, { state: "closed" }, 200);
        await page.goto("about:blank");
        await page.goto(`/account/requests?lang=${lang}#${id}`);
        await page.getByText(words.closed).waitFor();
        assert.equal(await page.getByLabel(words.more).count(), 0);
        await page.goto("about:blank");
        await page.goto(`/account/requests?lang=${lang}#req_00000000000000000000000000`);
        await page.getByText(words.gone).waitFor();
        assert.deepEqual(page.complaints, []);
        await page.context().close();
    });
}

test("while it loads and when it fails the page says so, and tries again", async () => {
    const page = await openPage(browser, server, { expected: /status of 503/ });
    await signUp(page, "failing@example.com");
    await page.route("**/api/v1/requests?**", (route) => route.fulfill({ status: 503, contentType: "application/problem+json",
        body: JSON.stringify({ title: "x", detail: "x", status: 503, errors: [] }) }), { times: 1 });
    await page.goto("/account/requests?lang=en");
    await page.getByRole("button", { name: "Try again" }).waitFor();
    assert.deepEqual(await audit(page), []);
    let go;
    await page.route("**/api/v1/requests?**", async (route) => {
        await new Promise((done) => (go = done));
        await route.continue();
    }, { times: 1 });
    await page.getByRole("button", { name: "Try again" }).click();
    await page.locator(".loading").waitFor();
    assert.deepEqual(await audit(page), []);
    go();
    await page.getByText("You have not asked anything yet.").waitFor();
    assert.deepEqual(page.complaints, []);
    await page.context().close();
});
