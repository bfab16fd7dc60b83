// SPDX-License-Identifier: Apache-2.0
// Passkeys, codes of an authenticator and recovery codes, as their holder uses them.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { audit, launch, openPage, password, Server, screenshots, settled, source } from "./avow.mjs";

const email = "ada@example.com";
// Among Arabic letters a value of Latin ones stands between marks of direction.
const framed = (lang, value) => (lang === "ar" ? `\u2066${value}\u2069` : value);
const portal = (lang) => JSON.parse(readFileSync(join(source, `web/words/${lang}/portal.json`), "utf8"));
let server, browser;

before(async () => {
    server = await Server.start(join(source, "policy"));
    browser = await launch();
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

function codeOf(secret, steps = 0) {
    const bits = [...secret].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0")).join("");
    const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
    const step = Buffer.alloc(8);
    step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
    const digest = createHmac("sha1", key).update(step).digest();
    return String((digest.readUInt32BE(digest[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

async function withDevice(page) {
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("WebAuthn.enable");
    const { authenticatorId } = await devtools.send("WebAuthn.addVirtualAuthenticator", { options: {
        protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true } });
    return { devtools, authenticatorId };
}

for (const [lang, options] of Object.entries({
    en: { viewport: { width: 1440, height: 900 }, colorScheme: "light" },
    ar: { viewport: { width: 360, height: 740 }, colorScheme: "dark" },
})) {
    const say = portal(lang);
    // In their language, which the account keeps.
    const signUp = async (page, address) => {
        await page.goto(`/sign-up?lang=${lang}`);
        await settled(page);
        await page.locator("#email").fill(address);
        await page.locator("#password").fill(password);
        await page.getByRole("button", { name: say.sign_up }).click();
        await page.waitForURL("**/account");
        await settled(page);
    };
    const holder = `${lang}.${email}`;

    test(`a passkey is added, named, signs in and is removed (${lang})`, async () => {
        const page = await openPage(browser, server, options);
        const { devtools, authenticatorId } = await withDevice(page);
        await signUp(page, holder);
        await page.goto(`/account/security?lang=${lang}`);
        await settled(page);
        await page.getByLabel(say.passkey_name).fill("my <b>telephone</b>");
        await page.getByRole("button", { name: say.add_passkey }).click();
        await page.getByRole("heading", { name: "my <b>telephone</b>" }).waitFor();
        assert.deepEqual(await audit(page), []);
        await page.screenshot({ path: join(screenshots, `security-${lang}.png`), fullPage: true });

        await page.getByRole("button", { name: say.sign_out }).click();
        await page.waitForURL("**/sign-in**");
        assert.deepEqual(await audit(page), []);
        await page.screenshot({ path: join(screenshots, `sign-in-${lang}.png`) });
        await page.getByRole("button", { name: say.sign_in_by_passkey }).click();
        await page.waitForURL("**/account");
        await settled(page);

        await devtools.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
        await page.getByRole("button", { name: say.sign_out }).click();
        await page.waitForURL("**/sign-in**");
        await page.getByRole("button", { name: say.sign_in_by_passkey }).click();
        await page.getByText(say.passkey_declined).waitFor();
        await devtools.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: true });
        await page.getByRole("button", { name: say.sign_in_by_passkey }).click();
        await page.waitForURL("**/account");

        await page.goto("/account/security");
        await settled(page);
        await page.getByRole("button", { name: say.rename_of.replace("{name}", framed(lang, "my <b>telephone</b>")) }).click();
        await page.locator("#passkey-new-name").fill("key");
        await page.keyboard.press("Enter");
        await page.getByRole("heading", { name: "key", exact: true }).waitFor();
        await settled(page);
        await page.getByRole("button", { name: say.remove_of.replace("{name}", framed(lang, "key")) }).click();
        await page.getByRole("heading", { name: "key", exact: true }).waitFor({ state: "detached" });
        assert.deepEqual(page.complaints, []);
        await page.context().close();
    });

    test(`an authenticator is added, its codes and recovery codes sign in, and it is removed (${lang})`, async () => {
        const page = await openPage(browser, server, options);
        const other = `2.${holder}`;
        await signUp(page, other);
        await page.goto(`/account/security?lang=${lang}`);
        await settled(page);
        await page.getByRole("button", { name: say.add_authenticator }).click();
        const secret = (await page.locator("code.secret").innerText()).replaceAll(" ", "");
        await page.getByRole("img", { name: say.authenticator_picture }).waitFor();
        assert.deepEqual(await audit(page), []);
        await page.screenshot({ path: join(screenshots, `authenticator-${lang}.png`), fullPage: true });
        await page.locator("#authenticator-code").fill("000000");
        await page.getByRole("button", { name: say.confirm, exact: true }).click();
        await page.locator("#authenticator-code-wrong").waitFor();
        await page.locator("#authenticator-code").fill(codeOf(secret));
        await page.getByRole("button", { name: say.confirm, exact: true }).click();
        await page.locator(".codes li").nth(9).waitFor();
        const codes = await page.locator(".codes li").allInnerTexts();
        assert.equal(new Set(codes).size, 10);
        assert.deepEqual(await audit(page), []);
        await page.screenshot({ path: join(screenshots, `recovery-codes-${lang}.png`), fullPage: true });
        await page.getByRole("button", { name: say.recovery_codes_kept }).click();
        await settled(page);

        const signInWith = async (code) => {
            await page.getByRole("button", { name: say.sign_out }).click();
            await page.waitForURL("**/sign-in**");
            await page.locator("#email").fill(other);
            await page.locator("#password").fill(password);
            await page.keyboard.press("Enter");
            await page.locator("#code").waitFor();
            assert.equal(await page.evaluate(() => document.activeElement.id), "code");
            await page.locator("#code").fill("000000");
            await page.keyboard.press("Enter");
            await page.locator("#code-wrong").waitFor();
            assert.deepEqual(await audit(page), []);
            await page.locator("#code").fill(code);
            await page.keyboard.press("Enter");
            await page.waitForURL("**/account");
            await settled(page);
        };
        await signInWith(codes[4]);
        await page.goto("/account/security");
        await settled(page);
        const [before, after] = (say.recovery_codes_left_few ?? say.recovery_codes_left_other).split("{count}");
        const nine = new RegExp(`${before}[9٩]${after}`);
        await page.getByText(nine).waitFor();
        await signInWith(codeOf(secret, 1));
        await page.goto("/account/security");
        await settled(page);
        // What changes a sign-in asks for password and code once more, when the last ones are old.
        await page.route("**/authenticator?*", (route) => route.fulfill({ status: 401, contentType: "application/problem+json",
            headers: { "www-authenticate": 'Bearer error="insufficient_user_authentication", max_age=600' }, body: "{}" }), { times: 1 });
        await page.getByRole("button", { name: say.remove_authenticator }).click();
        await page.getByRole("heading", { name: say.step_up }).waitFor();
        await page.locator("#step-up-password").fill(password);
        await page.keyboard.press("Enter");
        await page.locator("#step-up-code").waitFor();
        assert.deepEqual(await audit(page), []);
        await page.screenshot({ path: join(screenshots, `step-up-${lang}.png`) });
        await page.locator("#step-up-code").fill(codes[0]);
        await page.keyboard.press("Enter");
        await page.getByRole("button", { name: say.add_authenticator }).waitFor();
        assert.deepEqual(page.complaints, []);
        await page.context().close();
    });
}
