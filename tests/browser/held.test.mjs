// SPDX-License-Identifier: Apache-2.0
// What we hold and Who used it: erasing one thing, objecting, the archive that is fetched once, the
// timeline's filters. In English and in Arabic, narrow and wide, by day and by night.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { audit, launch, openPage, Server, screenshots, settled, signUp, source } from "./avow.mjs";

let server, browser, tokens;

before(async () => {
    server = await Server.start(join(source, "policy"));
    browser = await launch();
    tokens = Object.fromEntries(["agent", "marketer", "intake"].map((role) => [role, server.token(role)]));
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

async function looks(page, name) {
    for (const width of [360, 1440]) {
        for (const colorScheme of ["light", "dark"]) {
            await page.setViewportSize({ width, height: 900 });
            await page.emulateMedia({ colorScheme });
            assert.deepEqual(await audit(page), [], `${name} ${width} ${colorScheme}`);
            await page.screenshot({ path: join(screenshots, `${name}-${width}-${colorScheme}.png`), fullPage: true });
            const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
            assert.ok(wide <= 0, `${name} ${width}: ${wide} px too wide`);
        }
    }
}

for (const { lang, words } of [
    { lang: "en", words: { erase: "Erase: Survey answers", gone: "It is erased. Keep the proof if you like.", what: "Erase what can go", proof: "Download the proof",
        object: /^Object to: Developing/, objected: "you said no", make: "Make the archive", ready: /^Your archive is ready/, fetch: "Download the archive",
        fetched: /^The archive was downloaded/, again: "Make a new archive", yes: /^Because of the yes you gave on/, show: "Show", uses: "uses", refusals: "refusals",
        purpose: "Purpose", from: "From", until: "To", all: "Show everything", by: "Group by", correct: /^Correct it\s*: Email address$/, leave: "Leave it" } },
    { lang: "ar", words: { erase: "امحُ: إجابات الاستبيانات", gone: "مُحي. احتفظ بالدليل إن شئت.", what: "محو ما يمكن محوه", proof: "", object: /^اعترض على: /, objected: "قلت لا",
        make: "أنشئ الأرشيف", ready: /^أرشيفك جاهز/, fetch: "نزّل الأرشيف", fetched: /^نُزّل الأرشيف/, again: "أنشئ أرشيفًا جديدًا", yes: /^بناءً على موافقتك/,
        show: "عرض", uses: "استخدامات", refusals: "حالات الرفض", purpose: "الغرض", from: "من", until: "إلى", all: "اعرض كل شيء", by: "التجميع حسب",
        correct: /^صحّحه\s*: عنوان البريد الإلكتروني$/, leave: "اتركه" } },
]) {
    const email = `${lang}@example.com`;

    test(`one value is erased, a purpose objected to, everything taken away once (${lang})`, async () => {
        const page = await openPage(browser, server);
        await signUp(page, email);
        const customer = (await server.use(tokens.agent, "service", email)).customer;
        const survey = { channel: "survey", fields: { email, answers: "Very content, thank you." }, customer };
        assert.equal((await server.ask("POST", "/api/v1/collections", { token: tokens.intake, body: survey })).status, 201);
        await page.goto(`/account/held?lang=${lang}`);
        await settled(page);
        await page.getByText("Very content").waitFor();
        await page.getByRole("link", { name: words.correct }).first().waitFor();

        // A purpose that the policy lets people object to.
        await page.getByRole("button", { name: words.object }).first().click();
        await page.getByText(words.objected).first().waitFor();

        // Previewed, left, previewed again, and erased with its proof; its collection's other value stays.
        const erase = page.getByRole("button", { name: words.erase });
        await erase.click();
        await page.getByRole("button", { name: words.leave }).click();
        await erase.click();
        await looks(page, `held-preview-${lang}`);
        await page.getByRole("button", { name: words.what }).click();
        await page.getByText(words.gone).waitFor();
        await page.waitForFunction(() => !document.body.innerText.includes("Very content"));
        const kept = page.waitForEvent("download");
        await page.locator('a[download$="-erased-1.json"]').click();
        const proof = JSON.parse(await readFile(await (await kept).path(), "utf8"));
        assert.deepEqual([proof.whole, proof.scope.kind], [false, "datum"]);

        await page.getByRole("button", { name: words.make }).click();
        await page.getByText(words.ready).waitFor();
        await looks(page, `held-archive-${lang}`);
        const fetched = page.waitForEvent("download");
        await page.getByRole("button", { name: words.fetch }).click();
        const download = await fetched;
        assert.match(download.suggestedFilename(), /^exp_.*\.zip$/);
        assert.equal((await readFile(await download.path())).subarray(0, 2).toString(), "PK");
        await page.getByText(words.fetched).waitFor();
        assert.equal(await page.getByRole("button", { name: words.fetch }).count(), 0);
        await page.reload();
        await settled(page);
        await page.getByRole("button", { name: words.again }).waitFor();
        assert.deepEqual(page.complaints, []);
        await page.context().close();
    });

    test(`the timeline is grouped and filtered, and says which yes a use rested on (${lang})`, async () => {
        const address = `time-${email}`;
        const page = await openPage(browser, server);
        await signUp(page, address);
        await server.use(tokens.agent, "service", address, ["email", "name"]);
        await server.use(tokens.marketer, "offers", address);
        const customer = (await server.use(tokens.agent, "service", address)).customer;
        await server.ask("PUT", `/api/v1/customers/${customer}/permissions/offers`,
            { token: tokens.intake, body: { granted: true, evidence: "said on the telephone" } });
        await server.use(tokens.marketer, "offers", address);
        await page.goto(`/account/uses?lang=${lang}`);
        await settled(page);
        const lines = page.locator(".timeline > li");
        await lines.nth(4).waitFor();
        assert.equal(await lines.count(), 5, "four uses and the letter of the sign-up");
        await lines.first().getByText(words.yes).waitFor();
        await lines.first().getByRole("button").first().click();
        await lines.first().locator(".verdict:not(.broken)").waitFor();
        await looks(page, `uses-${lang}`);

        await page.getByLabel(words.show, { exact: true }).selectOption({ label: words.refusals });
        await page.waitForFunction(() => document.querySelectorAll(".timeline > li").length === 1);
        await page.getByLabel(words.show, { exact: true }).selectOption({ label: words.uses });
        await page.getByLabel(words.purpose, { exact: true }).selectOption("service");
        await page.waitForFunction(() => document.querySelectorAll(".timeline > li").length === 2);
        await page.getByLabel(words.from, { exact: true }).fill("2999-01-01");
        await page.locator(".empty").waitFor();
        assert.deepEqual(await audit(page), []);
        await page.getByRole("button", { name: words.all }).click();
        await lines.nth(4).waitFor();
        await page.getByLabel(words.by).selectOption("purpose");
        assert.equal(await page.locator("h2.group").count(), 2, "offers and service");
        assert.deepEqual(page.complaints, []);
        await page.context().close();
    });
}
