// SPDX-License-Identifier: Apache-2.0
// What others say of our pages and our server: Mozilla's Observatory, Lighthouse and sslscan, each against the sample
// company on a server of this run's own. Prints a table and fails below the floors. A busy machine lowers Lighthouse's
// performance, and nothing else: pages named as arguments are looked at alone.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { launch, openPage, Server, signUp, source } from "../../tests/browser/avow.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const ours = createRequire(join(here, "package.json"));
const { chromium } = createRequire(join(source, "web/package.json"))("playwright-core");
const floors = { accessibility: 100, "best-practices": 100, performance: 95 };
const asked = process.argv.slice(2);
const wanted = (page) => asked.length === 0 || asked.includes(page);
const pages = ["/", "/privacy", "/list", "/sign-in", "/sign-up"].filter(wanted);
const inside = ["/account", "/account/profile", "/account/permissions", "/account/held", "/account/uses", "/account/requests",
    "/account/security"].filter(wanted);
const below = [];

function told(name, value, good) {
    console.log(`${name.padEnd(44)}${value}${good ? "" : "   <- below the floor"}`);
    if (!good) below.push(name);
}

function observatory(server) {
    const folder = dirname(dirname(ours.resolve("@mdn/mdn-http-observatory")));
    const preload = join(folder, "conf/hsts-preload.json");
    // The list of the world is fetched from elsewhere; of localhost it says nothing.
    if (!existsSync(preload)) writeFileSync(preload, "{}");
    const answer = execFileSync("node", [join(folder, "src/scan.js"), new URL(server.address).host],
        { encoding: "utf8", env: { ...process.env, NODE_EXTRA_CA_CERTS: join(server.data, "ca.pem") } });
    const { grade, score, testsPassed, testsQuantity } = JSON.parse(answer).scan;
    told("Observatory", `${grade}, ${score}, ${testsPassed}/${testsQuantity}`, grade === "A+" && testsPassed === testsQuantity);
}

function sslscan(server) {
    const { stdout } = spawnSync("sslscan", ["--no-colour", new URL(server.address).host], { encoding: "utf8" });
    const on = [...stdout.matchAll(/^(SSLv2|SSLv3|TLSv1\.\d)\s+enabled$/gm)].map((one) => one[1]);
    const weak = [...stdout.matchAll(/^(?:Accepted|Preferred)\s+(\S+)\s+(\d+) bits\s+(\S+)/gm)]
        .filter(([, , bits, name]) => Number(bits) < 128 || /CBC|RC4|3DES|MD5|SHA$/.test(name));
    const flaws = [/^Insecure session renegotiation/m, /\bvulnerable to heartbleed/, /^Compression enabled/m]
        .filter((flaw) => flaw.test(stdout.replaceAll("not vulnerable", ""))).map((flaw) => flaw.source);
    told("sslscan", `${on.join(" ")}; ${weak.length} weak ciphers${flaws.length ? `; ${flaws.join(", ")}` : ""}`,
        on.join(" ") === "TLSv1.2 TLSv1.3" && weak.length === 0 && flaws.length === 0);
}

async function lighthouse(server, cookies) {
    const { default: run } = await import(ours.resolve("lighthouse"));
    const chrome = await import(createRequire(ours.resolve("lighthouse")).resolve("chrome-launcher"));
    const browser = await chrome.launch({
        chromePath: process.env.AVOW_CHROMIUM ?? "/usr/bin/chromium",
        chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu", "--ignore-certificate-errors"],
    });
    // A header of its own cannot carry the session: the browser has to hold it.
    const held = await chromium.connectOverCDP(`http://127.0.0.1:${browser.port}`);
    try {
        for (const path of [...pages, ...inside]) {
            // What anybody may see is seen first, by nobody.
            if (path === inside[0]) await held.contexts()[0].addCookies(cookies);
            const { lhr } = await run(new URL(path, server.address).href, {
                port: browser.port, logLevel: "silent", onlyCategories: Object.keys(floors), formFactor: "desktop",
                screenEmulation: { mobile: false, width: 1350, height: 940, deviceScaleFactor: 1, disabled: false },
                throttlingMethod: "provided", disableStorageReset: true,
            });
            if (new URL(lhr.finalDisplayedUrl).pathname !== path) throw new Error(`${path} led to ${lhr.finalDisplayedUrl}`);
            const scores = Object.keys(floors).map((one) => Math.round(lhr.categories[one].score * 100));
            const failed = Object.values(lhr.audits)
                .filter((one) => one.score !== null && one.score < 0.9 && ["binary", "numeric"].includes(one.scoreDisplayMode))
                .map((one) => one.id);
            const good = Object.values(floors).every((floor, i) => scores[i] >= floor);
            told(`Lighthouse ${path}`, `${scores.join(" ")}${good ? "" : ` (${failed.join(", ")})`}`, good);
        }
    } finally {
        await browser.kill();
    }
}

const server = await Server.start(join(source, "policy"));
try {
    console.log(`what${" ".repeat(40)}says (Lighthouse: ${Object.keys(floors).join(", ")}; desktop, not throttled)`);
    observatory(server);
    sslscan(server);
    const browser = await launch();
    const page = await openPage(browser, server);
    await signUp(page, "audit@example.com", "Ada");
    const cookies = await page.context().cookies();
    await browser.close();
    await lighthouse(server, cookies);
} finally {
    await server.stop();
}
if (below.length > 0) {
    console.error(`below the floor: ${below.join(", ")}`);
    process.exit(1);
}
