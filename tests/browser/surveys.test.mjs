// SPDX-License-Identifier: Apache-2.0
// A survey is offered, begun, left, gone on with, answered and taken back; a visitor answers another and takes it back
// by its code. In English and in Arabic, narrow and wide, by day and by night.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { audit, codeOf, launch, openPage, password, picture, Server, screenshots, settled, signUp, source } from "./avow.mjs";

let server, browser, researcher;

before(async () => {
    server = await Server.start(join(source, "policy"), { AVOW_SURVEYS_REST_DAYS: "0" });
    browser = await launch();
    researcher = server.token("researcher");
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

const definition = {
    title: { default: "Your last translation", ar: "ترجمتك الأخيرة" },
    pages: [
        { name: "first", elements: [
            { type: "rating", name: "nps", rateMin: 0, rateMax: 10, isRequired: true,
                title: { default: "Would you recommend us?", ar: "هل توصي بنا؟" } },
            { type: "radiogroup", name: "plan", choices: [{ value: "web", text: { default: "Web pages", ar: "صفحات ويب" } }, { value: "print", text: { default: "Print", ar: "طباعة" } }],
                title: { default: "What was it?", ar: "ماذا كانت؟" } }] },
        { name: "second", elements: [
            { type: "comment", name: "why", title: { default: "What should we do better?", ar: "ما الذي نحسّنه؟" } },
            { type: "boolean", name: "again", title: { default: "Would you come again?", ar: "هل تعود إلينا؟" } }] }],
};

// One is open at a time, whatever became of the test before.
async function make(mode) {
    for (const one of (await server.ask("GET", "/api/v1/surveys", { token: researcher })).body.items) {
        if (one.state === "open") await server.ask("PUT", `/api/v1/surveys/${one.survey}/state`, { token: researcher, body: { state: "closed" } });
    }
    const told = await server.ask("POST", "/api/v1/surveys", { token: researcher, body: { name: "Visit", mode, purposes: ["satisfaction"], definition } });
    assert.equal(told.status, 201, JSON.stringify(told.body));
    const opened = await server.ask("PUT", `/api/v1/surveys/${told.body.survey}/state`, { token: researcher, body: { state: "open" } });
    assert.equal(opened.status, 200);
    return told.body.survey;
}

async function answers(survey) {
    return (await server.ask("GET", `/api/v1/surveys/${survey}/results?purpose=satisfaction`, { token: researcher })).body.answers;
}

for (const { lang, dir, words } of [
    { lang: "en", dir: "ltr", words: { tile: "Waits for your answer", answer: "Answer: Your last translation", go: "Go on where you were: Your last translation", next: "Next", done: "Complete", kept: "What you answered so far is kept.",
        web: "Web pages", thanks: "Thank you. Your answer is kept.", back: "Take this answer back", gone: "It is in no result any more", code: "Code of your receipt", why: "What should we do better?" } },
    { lang: "ar", dir: "rtl", words: { tile: "بانتظار إجابتك", answer: "أجب: ترجمتك الأخيرة", go: "تابع من حيث توقفت: ترجمتك الأخيرة", next: "التالي", done: "إرسال البيانات", kept: "حُفظ ما أجبت به حتى الآن.",
        web: "صفحات ويب", thanks: "شكرًا لك. حُفظت إجابتك.", back: "استرد هذه الإجابة", gone: "لم تعد ضمن أي نتيجة", code: "رمز إيصالك", why: "ما الذي نحسّنه؟" } },
]) {
    const button = (page, name) => page.locator(`input[type="button"][value="${name}"], button:has-text("${name}")`).first();

    test(`a customer answers in the portal and takes it back (${lang})`, async () => {
        const survey = await make("named");
        const page = await openPage(browser, server);
        await signUp(page, `${lang}@example.com`);
        await page.goto(`/account?lang=${lang}`);
        await settled(page);
        await page.getByText(words.tile).click();
        await page.waitForURL("**/account/surveys");
        await settled(page);
        assert.deepEqual(await audit(page), []);
        await page.screenshot({ path: join(screenshots, `surveys-list-${lang}.png`), fullPage: true });
        await page.getByRole("link", { name: words.answer }).click();
        await page.locator(".survey .sd-question").first().waitFor();
        assert.equal(await page.getAttribute("html", "dir"), dir);
        assert.deepEqual(await audit(page), []);
        await page.screenshot({ path: join(screenshots, `surveys-form-${lang}.png`), fullPage: true });

        // Begun, and left: it goes on where it was.
        await page.locator(".sd-rating label").filter({ hasText: /^9$/ }).click();
        await page.getByText(words.web).click();
        await page.getByText(words.kept).waitFor();
        await page.goto("/account/surveys");
        await settled(page);
        await page.getByRole("link", { name: words.go }).click();
        await page.locator(".survey .sd-question").first().waitFor();
        assert.ok(await page.locator('input[type="radio"][value="9"]').isChecked());
        await button(page, words.next).click();
        await page.getByLabel(words.why).waitFor();
        await page.emulateMedia({ colorScheme: "dark" });
        await page.setViewportSize({ width: 360, height: 740 });
        assert.deepEqual(await audit(page), []);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "it scrolls sideways");
        await page.screenshot({ path: join(screenshots, `surveys-form-dark-${lang}.png`) });
        await page.getByLabel(words.why).fill("zyxmarker");
        await button(page, words.done).click();
        await page.getByText(words.thanks).waitFor();
        assert.equal(await answers(survey), 1);

        await page.getByRole("link", { name: definition.title[lang] ?? definition.title.default }).click();
        await page.getByText("zyxmarker").waitFor();
        assert.deepEqual(await audit(page), []);
        await page.screenshot({ path: join(screenshots, `surveys-own-${lang}.png`), fullPage: true });
        await page.getByRole("button", { name: words.back }).click();
        await page.getByText(words.gone).waitFor();
        assert.equal(await answers(survey), 0);
        assert.deepEqual(page.complaints, []);
        await page.context().close();
    });

    test(`a visitor answers and takes it back by the code (${lang})`, async () => {
        const survey = await make("pseudonymous");
        const page = await openPage(browser, server, { expected: /status of (401|404|422)/ });
        await page.goto(`/surveys?lang=${lang}#${survey}`);
        await page.locator(".survey .sd-question").first().waitFor();
        assert.deepEqual(await audit(page), []);
        await page.locator(".sd-rating label").filter({ hasText: /^3$/ }).click();
        await page.getByText(words.kept).waitFor();
        await page.reload(); // what was answered is still there
        await page.locator('input[type="radio"][value="3"]').waitFor({ state: "attached" });
        assert.ok(await page.locator('input[type="radio"][value="3"]').isChecked());
        await button(page, words.next).click();
        await button(page, words.done).click();
        const code = await page.locator(".code").innerText();
        assert.match(code, /^[0-9A-Z]{6}(-[0-9A-Z]{6}){3}$/);
        assert.deepEqual(await audit(page), []);
        await page.screenshot({ path: join(screenshots, `surveys-code-${lang}.png`), fullPage: true });
        assert.equal(await answers(survey), 1);
        await page.goto("/surveys");
        await page.getByLabel(words.code).fill("nothing");
        await page.getByRole("button", { name: words.back }).click();
        await page.locator("#code-wrong").waitFor();
        await page.getByLabel(words.code).fill(code.toLowerCase());
        await page.getByRole("button", { name: words.back }).click();
        await page.getByText(words.gone).waitFor();
        assert.equal(await answers(survey), 0);
        assert.deepEqual(page.complaints, []);
        await page.context().close();
    });
}

// An employee of the role, signed in without the pages that other tests are about.
async function staff(page) {
    const made = JSON.parse(server.run("staff", "invite", "--role", "researcher", "--name", "Rita Example", "--email", "rita@example.com", "--json"));
    const link = new URL(made.link).hash.slice(1);
    const post = async (path, data) => {
        const answer = await page.context().request.post(`/api/v1/staff/${path}`, { data, headers: { "sec-fetch-site": "same-origin" } });
        assert.ok(answer.ok(), await answer.text());
        return answer.json().catch(() => undefined);
    };
    const shown = await post("invitation", { link });
    await post("join", { link, password, code: codeOf(shown.totp_secret) });
    const text = await (await page.context().request.get("/api/v1/staff/guidelines")).json();
    await post("guidelines", { version: text.version, language: text.language, digest: text.digest });
}

test("an employee makes a survey, mends what the server cannot check, and reads what it says", async () => {
    const page = await openPage(browser, server);
    await staff(page);
    await page.goto("/console/surveys");
    await settled(page);
    await page.getByLabel("Name, for us").fill("The last order");
    await page.getByLabel("Whose the answers are").selectOption("anonymous");
    await page.getByLabel("Learning how satisfied customers are").check();
    for (const [kind, words] of [["nps", "Would you recommend us?"], ["csat", "How satisfied are you?"], ["ces", "How easy was it?"], ["comment", "What else?"]]) {
        await page.getByLabel("Kind").selectOption(kind);
        await page.getByLabel("Question", { exact: true }).fill(words);
        await page.getByRole("button", { name: "Add a question" }).click();
    }
    const field = page.getByLabel("What it asks (SurveyJS)");
    // The list of questions and the text are one: moved, required, worded, taken away and added again.
    const order = async () => JSON.parse(await field.inputValue()).elements.map((one) => one.name.at(-1)).join("");
    await page.getByRole("button", { name: "Move up: What else?" }).click();
    assert.equal(await order(), "1243");
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-label")), "Move up: What else?");
    await page.getByText("Now at place 3 of 4.").waitFor({ state: "attached" });
    await page.getByRole("button", { name: "Move down: What else?" }).click();
    assert.equal(await order(), "1234");
    await page.getByLabel("Must be answered").nth(2).check();
    await page.getByLabel("Words of question 1").fill("Would you tell friends about us?");
    assert.deepEqual(JSON.parse(await field.inputValue()).elements.map((one) => [one.title, one.isRequired ?? false]), [
        ["Would you tell friends about us?", false], ["How satisfied are you?", false], ["How easy was it?", true], ["What else?", false]]);
    await page.getByRole("button", { name: "Remove: What else?" }).click();
    await page.getByRole("button", { name: "Remove it now" }).click();
    assert.equal(await order(), "123");
    assert.deepEqual(await audit(page), []);
    await picture(page, "surveys-console-outline");
    await page.getByLabel("Kind").selectOption("comment");
    await page.getByLabel("Question", { exact: true }).fill("What else?");
    await page.getByRole("button", { name: "Add a question" }).click();
    const right = await field.inputValue();
    assert.deepEqual(JSON.parse(right).elements.map((one) => one.type), ["rating", "rating", "rating", "comment"]);
    await field.fill(right.replace('"type": "comment"', '"type": "matrix"'));
    await page.getByRole("button", { name: "Make the draft" }).click();
    await page.getByText("/elements/3/type: the server cannot check this type").waitFor();
    assert.deepEqual(await audit(page), []);
    await picture(page, "surveys-console-new");
    await field.fill(right);
    await page.getByRole("button", { name: "Make the draft" }).click();
    await page.getByRole("button", { name: "Open it" }).click();
    await page.getByText("Figures are told from 5 answers on.").waitFor();
    const survey = new URL(page.url()).searchParams.get("survey");
    for (let i = 0; i < 12; ++i) {
        const sent = await server.ask("POST", `/api/v1/public/surveys/${survey}/answers`, { body: {
            version: 1, policy_version: "2026-11-27", ticket: `ticket-of-a-browser-${i}`, answers: {
                question_1: i % 4 === 0 ? 3 : 10 - (i % 3), question_2: 1 + (i % 5), question_3: 4 + (i % 4), question_4: `words ${i}` } } });
        assert.equal(sent.status, 201, JSON.stringify(sent.body));
    }
    await page.reload();
    await page.getByText("12 answers count at this moment.").waitFor();
    await page.getByLabel("Rows").selectOption("question_2");
    await page.getByLabel("Columns").selectOption("question_3");
    await page.getByRole("region", { name: "Two questions together:" }).waitFor();
    await page.getByRole("button", { name: "Read answers one after another" }).click();
    await page.getByText("words 11").waitFor();
    assert.deepEqual(await audit(page), []);
    await picture(page, "surveys-console-results");
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Answers as a table (CSV)" }).click()]);
    assert.match(file.suggestedFilename(), /\.csv$/);
    for (const lang of ["ar", "ja"]) {
        await page.goto(`/console/surveys?survey=${survey}&lang=${lang}`);
        await settled(page);
        await page.locator(".figure").first().waitFor();
        assert.deepEqual(await audit(page), []);
        await picture(page, `surveys-console-results-${lang}`);
    }
    assert.deepEqual(page.complaints, []);
    await page.context().close();
});
