// SPDX-License-Identifier: Apache-2.0
// The real program and a real browser: starts the server on a port of the system's choosing, and
// pages that fail the test when the browser complains.
import { execFileSync, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import https from "node:https";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export const source = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const ofWeb = createRequire(join(source, "web/package.json"));
const { chromium } = ofWeb("playwright-core");
export const axeSource = readFileSync(ofWeb.resolve("axe-core/axe.min.js"), "utf8");

const program = process.env.AVOW_BIN ?? join(source, "build/release/avow");
export const password = "a sentence nobody would guess 7";
export const screenshots = join(source, "tests/browser/screenshots");
mkdirSync(screenshots, { recursive: true });

function bodyOf(letter) {
    const [, head, body] = /^(.*?)\r?\n\r?\n(.*)$/s.exec(letter);
    if (/^content-transfer-encoding: base64/im.test(head)) return Buffer.from(body, "base64").toString("utf8");
    return body.replaceAll(/=\r?\n/g, "").replaceAll("=3D", "=");
}

export class Server {
    static async start(policy, environment = {}) {
        const server = new Server();
        server.folder = mkdtempSync(join(tmpdir(), "avow-browser-"));
        server.data = join(server.folder, "data");
        server.policy = join(server.folder, "policy");
        cpSync(policy, server.policy, { recursive: true });
        server.process = spawn(program,
            ["serve", "--data", server.data, "--policy", server.policy, "--listen", "127.0.0.1:0"],
            { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, AVOW_MAIL_FOLDER: join(server.folder, "mail"), ...environment } });
        let log = "";
        server.process.stderr.on("data", (more) => (log += more));
        for await (const line of createInterface({ input: server.process.stdout })) {
            const [, address] = /^avow: serving (https:\S+)$/.exec(line) ?? [];
            if (!address) continue;
            server.address = address;
            return server;
        }
        throw new Error(`the server did not start: ${log}`);
    }

    // The link of the newest letter to this address with this page, as soon as it is there; `former` is one that is
    // known already, and not waited for.
    async mailedLink(to, page, former) {
        for (let tries = 0; tries < 1200; ++tries) {
            const folder = join(this.folder, "mail", "new");
            const letters = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".eml")).sort().map((name) => readFileSync(join(folder, name), "utf8")) : [];
            const found = letters.filter((letter) => new RegExp(`^To: .*${to}`, "mi").test(letter))
                .map((letter) => bodyOf(letter).match(`https://[^\\s]*${page}#\\S+`)?.[0]).filter((link) => link && link !== former?.href);
            if (found.length > 0) return new URL(found.at(-1));
            await new Promise((done) => setTimeout(done, 50));
        }
        throw new Error(`no letter to ${to} leads to ${page}`);
    }

    async stop() {
        const ended = new Promise((done) => this.process.once("exit", done));
        this.process.kill("SIGTERM");
        await ended;
        rmSync(this.folder, { recursive: true, force: true });
    }

    run(...words) {
        return execFileSync(program, [...words, "--data", this.data], { encoding: "utf8" });
    }

    token(role) {
        return JSON.parse(this.run("token", "create", "--role", role, "--name", `the ${role}`, "--json")).token;
    }

    // A version that states one purpose more for the portal.
    publishNewer(version, purpose) {
        const folder = join(this.folder, version);
        cpSync(this.policy, folder, { recursive: true });
        const file = join(folder, "promises.toml");
        const text = readFileSync(file, "utf8")
            .replace(/^version(\s*)= ".*"$/m, `version$1= "${version}"`)
            .replace(/^\[fields\.email\]$/m, `[purposes.${purpose}]\nlabel = "Planning"\nbasis = "legitimate-interest"\n\n[fields.email]`)
            .replace(/(\[channels\.portal\][^[]*\[[^\]]*\]\s*purposes = \[)/, `$1"${purpose}", `);
        writeFileSync(file, text);
        for (const one of readdirSync(folder).filter((name) => /^promises\..+\.toml$/.test(name))) {
            const translated = join(folder, one);
            writeFileSync(translated, readFileSync(translated, "utf8").replace(/^\[purposes\]$/m, `[purposes]\n${purpose} = "Planning"`));
        }
        this.run("policy", "publish", folder);
    }

    ask(method, path, { token, body } = {}) {
        const headers = { "content-type": "application/json" };
        if (token) headers.authorization = `Bearer ${token}`;
        return new Promise((done, fail) => {
            const asked = https.request(new URL(path, this.address),
                { method, headers, ca: readFileSync(join(this.data, "ca.pem")), agent: false }, (answer) => {
                    let text = "";
                    answer.on("data", (more) => (text += more));
                    answer.on("end", () => done({ status: answer.statusCode, body: text === "" ? undefined : JSON.parse(text) }));
                });
            asked.on("error", fail);
            asked.end(body === undefined || typeof body === "string" ? body : JSON.stringify(body));
        });
    }

    async use(token, purpose, email, fields = ["email"]) {
        const { status, body } = await this.ask("POST", "/api/v1/uses",
            { token, body: { lookup: { email }, fields, purpose } });
        if (status !== 200) throw new Error(`a use was answered ${status}: ${JSON.stringify(body)}`);
        return body;
    }
}

// The same engine without the windows around it takes half the processor.
export function launch() {
    return chromium.launch({
        executablePath: process.env.AVOW_CHROMIUM ?? "/usr/bin/chromium-headless-shell",
        args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    });
}

// `complaints` gathers what the browser reports: errors, violations of the content security policy.
export async function openPage(browser, server, { expected = /status of (40[19]|422)/, ...options } = {}) {
    const context = await browser.newContext(
        { ignoreHTTPSErrors: true, baseURL: server.address, locale: "en-GB", ...options });
    const page = await context.newPage();
    page.complaints = [];
    page.on("console", (message) => {
        // A refused sign-in is an answer of the server, which the browser logs as an error.
        if (message.type() === "error" && !expected.test(message.text())) page.complaints.push(message.text());
    });
    page.on("pageerror", (error) => page.complaints.push(String(error)));
    page.setDefaultTimeout(60_000);
    return page;
}

// After a page within the portal has loaded what it shows.
export async function settled(page) {
    await page.waitForFunction(() => document.querySelector("h1") && !document.querySelector(".loading"));
}

// A customer's question, by the portal; the request's id.
export async function askUs(customer, subject, text) {
    await customer.goto("/account/requests?lang=en");
    await customer.getByLabel("What is it about?").fill(subject);
    await customer.getByLabel("Your question or request").fill(text);
    await customer.getByRole("button", { name: "Send" }).click();
    await customer.getByRole("heading", { level: 1, name: subject }).waitFor();
    return new URL(customer.url()).hash.slice(1);
}

export async function signUp(page, email, name = "Ada") {
    await page.goto("/sign-up");
    await page.getByLabel("Email address").fill(email);
    await page.getByLabel("Name (if you like)").fill(name);
    await page.locator("#password").fill(password);
    await page.getByRole("button", { name: "Sign up" }).click();
    await page.waitForURL("**/account");
    await settled(page);
}

export async function audit(page) {
    await page.evaluate(axeSource);
    const found = await page.evaluate(() => window.axe.run(document, {
        runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }));
    return found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(" ")).join(", ")}`);
}

// Wide and light, narrow and dark; nothing may stand out at the side.
export async function picture(page, name) {
    for (const [width, colorScheme] of [[1440, "light"], [360, "dark"]]) {
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ colorScheme });
        const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (over > 0) throw new Error(`${name} scrolls sideways at ${width}`);
        await page.screenshot({ path: join(screenshots, `${name}-${width}-${colorScheme}.png`), fullPage: true });
    }
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.emulateMedia({ colorScheme: "light" });
}

// An authenticator that is not ours: RFC 6238.
export function codeOf(secret, drift = 0) {
    const bits = [...secret.replaceAll(" ", "")].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0")).join("");
    const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + drift));
    const mac = createHmac("sha1", key).update(counter).digest();
    return String((mac.readUInt32BE(mac.at(-1) & 15) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}
