// SPDX-License-Identifier: Apache-2.0
// The console in a real browser: an employee joins, signs in, acknowledges and reads the traffic; by
// pointer and by keyboard, in English and in Arabic.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { audit, codeOf, launch, openPage, password, Server, screenshots, settled, source } from "./avow.mjs";
import { inviteOf, joinConsole, lookAt, pathOf } from "./staff.mjs";

const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
const chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36";
const reports = ["summary", "live", "pages", "entries", "exits", "paths", "time_on_page", "referrers", "channels", "campaigns",
    "countries", "browsers", "systems", "devices", "origins", "outbound", "events", "bots"];  // goals and funnels are tried apart
let server, browser, page;
const codes = [];  // recovery codes of who joined

async function tell(event, agent) {
    const answer = await fetchEvent(event, agent);
    assert.equal(answer, 202);
}
function fetchEvent(event, agent) {
    return page.context().request.post("/t/event", { data: JSON.stringify(event), headers: { "content-type": "text/plain", "user-agent": agent } })
        .then((answer) => answer.status());
}
const at = (path) => `https://localhost${path}`;

async function visits() {
    const ways = [["/prices", "/buy", "/thanks"], ["/prices", "/about"], ["/", "/prices", "/buy"], ["/", "/guide/a-rather-long-name-of-a-page"]];
    for (const [number, way] of ways.entries()) {
        for (let visitor = 0; visitor < 6 + 2 * number; ++visitor) {
            for (const [step, path] of way.entries()) {
                await tell({ n: "pageview", u: at(path), s: step === 0 ? 15 : 0, g: step === 0 ? 4 : 0, k: step + 1,
                    ...(step === 0 ? { r: number % 2 ? "https://www.google.com/" : "https://news.example/today" } : { f: way[step - 1] }) },
                visitor % 2 ? firefox : chrome);
                await tell({ n: "engagement", u: at(path), e: 2000 * (visitor + 1) ** 2, q: 1 }, visitor % 2 ? firefox : chrome);
            }
        }
    }
    for (let few = 0; few < 2; ++few) await tell({ n: "pageview", u: at("/hidden"), s: 15, g: 4, k: 1 }, firefox);
}

before(async () => {
    server = await Server.start(join(source, "policy"));
    browser = await launch();
    page = await openPage(browser, server, { expected: /status of (40[1349]|422)/ });
    await visits();
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

const invite = (email, ...roles) => inviteOf(server, email, ...roles);

async function open(path, lang) {
    await page.goto(lang ? `${path}${path.includes("?") ? "&" : "?"}lang=${lang}` : path);
    await settled(page);
    await page.waitForFunction(() => !document.querySelector("[aria-busy=true]"));
}

const look = (name) => lookAt(page, `console-${name}`);

test("an invited employee joins: a weak password and a wrong code are named at their fields, codes are shown once", async () => {
    await page.goto(pathOf(invite("grace@example.com", "web", "agent").link) );
    await page.getByText("Grace Example, ").waitFor();
    assert.equal(new URL(page.url()).hash, "", "the secret leaves the address");
    await look("join");
    const secret = await page.locator(".typed code").innerText();
    await page.locator("#password").fill("password2026");
    await page.getByLabel("The code it shows now").fill("000000");
    await page.getByRole("button", { name: "Join" }).click();
    await page.getByText("among those that are guessed first").waitFor();
    await page.locator("#password").fill(password);
    await page.getByRole("button", { name: "Join" }).click();
    await page.getByText("This code is not right").waitFor();
    await look("join-wrong");
    await page.getByLabel("The code it shows now").fill(codeOf(secret));
    await page.getByRole("button", { name: "Join" }).click();
    await page.getByRole("heading", { name: "Recovery codes" }).waitFor();
    codes.push(...await page.locator(".codes code").allInnerTexts());
    assert.equal(codes.length, 10);
    await look("recovery");
    await page.getByRole("button", { name: "I have kept them" }).click();
    await page.waitForURL("**/console/guidelines");
    await settled(page);
});

test("the guidelines are read and acknowledged before anything else", async () => {
    assert.equal(await page.locator(".guidelines h2, .guidelines h3").count() > 3, true);
    await look("guidelines");
    await page.getByRole("button", { name: "I have read these guidelines" }).click();
    await page.getByText("You acknowledged version").waitFor();
    await open("/console");
    assert.equal(await page.getByText("The guidelines wait for you").count(), 0);
    await look("overview");
});

test("sign out, and in again with the password, then a recovery code, once", async () => {
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.waitForURL("**/console/sign-in");
    const cookies = await page.context().cookies();
    assert.ok(cookies.every((cookie) => cookie.name !== "__Host-staff"));
    await page.goBack();
    await page.waitForURL("**/console/sign-in");
    await page.getByLabel("Email address").fill("grace@example.com");
    await page.getByLabel("Password").fill("not the password");
    await page.keyboard.press("Enter");
    await page.getByText("The email address or the password is not right.").waitFor();
    await look("sign-in");
    await page.getByLabel("Password").fill(password);
    await page.keyboard.press("Enter");
    const code = page.getByLabel("Code of your authenticator");
    await code.fill("123456");
    await page.keyboard.press("Enter");
    await page.getByText("This code is not right").waitFor();
    await look("code");
    await code.fill(codes[0].toLowerCase());
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Hello, Grace Example" }).waitFor();
    await page.getByText("9 recovery codes are left").waitFor();
});

test("the palette finds a report by a few letters, without a pointer", async () => {
    await page.keyboard.press("Control+k");
    const field = page.getByRole("combobox", { name: "Search pages and reports" });
    await field.waitFor();
    await field.pressSequentially("time on");
    assert.deepEqual(await page.getByRole("dialog").getByRole("option").allInnerTexts(), ["Traffic · Time on page"]);
    assert.deepEqual(await audit(page), []);
    await page.screenshot({ path: join(screenshots, "console-palette-1440-light.png") });
    await page.keyboard.press("Enter");
    await page.waitForURL("**/console/traffic/time_on_page");
    await settled(page);
    await page.waitForFunction(() => document.activeElement?.tagName === "H1");
    await page.keyboard.press("Control+k");
    await page.keyboard.press("Escape");
    assert.equal(await page.getByRole("dialog").count(), 0);
});

for (const lang of ["en", "ar"]) {
    test(`every report has its figures, its table and its files (${lang})`, async () => {
        for (const report of reports) {
            await open(`/console/traffic/${report}?range=7`, lang);
            const shown = ["outbound", "events", "bots"].includes(report) ? ".empty" : "table.report";
            await page.locator(shown).first().waitFor({ state: "attached" });
            await look(`${report}-${lang}`);
            if (shown === ".empty") continue;
            for (const summary of await page.locator("details > summary").all()) await summary.press("Enter");
            assert.deepEqual(await audit(page), [], `${report}, opened`);
            for (const [ending, type] of [["csv", "text/csv"], ["json", "application/json"]]) {
                const link = page.locator(`a[download$=".${ending}"]`);
                const answer = await page.context().request.get(await link.getAttribute("href"));
                assert.deepEqual([answer.status(), answer.headers()["content-type"].split(";")[0]], [200, type], report);
            }
        }
        assert.deepEqual(page.complaints, []);
    });
}

test("folded rows are explained, and a name in a table becomes a filter that can be taken away", async () => {
    await open("/console/traffic/pages?range=7", "en");
    await page.getByText("Nobody can be picked out.").waitFor();
    assert.equal(await page.getByText("/hidden").count(), 0);
    await page.getByRole("button", { name: "/prices" }).click();
    await page.getByRole("button", { name: "Remove the filter Page: /prices" }).waitFor();
    await page.waitForFunction(() => document.querySelectorAll("table.report tbody tr").length === 1);
    await page.getByRole("link", { name: "Paths" }).click();
    await page.getByRole("button", { name: "Remove the filter Page: /prices" }).waitFor();
    await page.goBack();
    await page.getByRole("button", { name: "Remove the filter Page: /prices" }).click();
    await page.waitForFunction(() => document.querySelectorAll("table.report tbody tr").length > 1);
    assert.ok(!page.url().includes("filter"));
});

test("days are chosen by name or one by one, and stand in the address", async () => {
    await open("/console/traffic/summary", "en");
    await page.getByLabel("Days").selectOption({ label: "Today" });
    await page.waitForURL("**range=today**");
    await page.getByLabel("Days").selectOption({ label: "Other days" });
    await page.getByLabel("From", { exact: true }).fill("2020-01-01");
    await page.getByLabel("To", { exact: true }).fill("2020-01-31");
    await page.waitForURL("**from=2020-01-01**");
    await page.getByText("Nothing was counted here.").waitFor();
    await look("empty");
});

test("goals, funnels and segments are kept under a name, and taken away", async () => {
    await open("/console/traffic/goals", "en");
    await page.getByText("Say below what you want to see reached").waitFor();
    await page.getByLabel("Name", { exact: true }).fill("Thanked");
    await page.getByLabel("Page or event").fill("/thanks");
    await page.getByRole("button", { name: "Keep", exact: true }).click();
    await page.locator("table.report").getByText("Thanked").waitFor();
    await page.getByLabel("Name", { exact: true }).fill("Nothing");
    await page.getByRole("button", { name: "Keep", exact: true }).click();
    await page.getByText("Name one page or one event.").waitFor();
    await look("goals");
    await open("/console/traffic/funnel", "en");
    await page.getByLabel("Name", { exact: true }).fill("Shop");
    await page.getByLabel("Pages, one a line").fill("/prices\n/buy\n/thanks");
    await page.getByRole("button", { name: "Keep", exact: true }).click();
    const steps = page.locator("table.report tbody tr");
    await steps.first().waitFor();
    assert.equal(await steps.count(), 3);
    assert.match(page.url(), /funnel=std_/);
    await look("funnel");
    await open("/console/traffic/pages?filter=browser:Firefox", "en");
    await page.getByRole("button", { name: "Keep these filters" }).click();
    await page.getByLabel("Name", { exact: true }).fill("Firefox only");
    await page.getByRole("button", { name: "Keep", exact: true }).click();
    await page.getByLabel("Segment").waitFor();
    await page.getByLabel("Segment").selectOption("");
    await page.waitForFunction(() => !location.search.includes("filter"));
    await page.getByLabel("Segment").selectOption({ label: "Firefox only" });
    await page.waitForFunction(() => location.search.includes("filter=browser"));
    await page.getByRole("button", { name: "Remove Firefox only" }).click();
    await page.getByLabel("Segment").waitFor({ state: "detached" });
    page.complaints.length = 0;  // 422 where a field was left empty
});

test("an event is pressed to see what it brought", async () => {
    const plans = { rare: 1, solo: 6, team: 8 };
    for (const [plan, times] of Object.entries(plans)) {
        for (let time = 0; time < times; ++time) await tell({ n: "Signup", u: at("/buy"), p: { plan } }, firefox);
    }
    for (let time = 0; time < 6; ++time) await tell({ n: "Plain", u: at("/buy") }, firefox);
    await open("/console/traffic/events?range=7", "en");
    await page.getByRole("button", { name: "Signup" }).click();
    const table = page.getByRole("region", { name: "Properties of Signup" });
    await table.getByText("plan=team").waitFor();
    assert.equal(await table.getByText("plan=rare").count(), 0, "one is fewer than five");
    await look("properties-en");
    assert.deepEqual(await audit(page), []);
});

test("figures come by letter when somebody wants them, and no longer when not", async () => {
    for (const [often, kept] of [["every Monday", "week"], ["never", "never"]]) {
        await open("/console/traffic/summary?range=7", "en");
        await page.getByLabel("These figures by letter").selectOption({ label: often });
        await page.getByText("Saved.").waitFor();
        await open("/console/traffic/summary?range=7", "en");
        await page.waitForFunction((value) => document.querySelector("#every:enabled")?.value === value, kept);
    }
});

test("a report is shared by a link, read by whoever has it, and taken back", async () => {
    await open("/console/traffic/pages", "en");
    await page.getByRole("button", { name: "Share by a link" }).click();
    await page.getByLabel("Name", { exact: true }).fill("For the board");
    await look("share");
    await page.getByRole("button", { name: "Make the link" }).click();
    const link = await page.getByLabel("The link").inputValue();
    const outside = await openPage(browser, server, { expected: /status of 404/ });
    await outside.goto(pathOf(link));
    await outside.locator("table.report").waitFor();
    await outside.getByText("To hide each single visitor").waitFor();
    await lookAt(outside, "console-shared");
    await open("/console/links", "ar");
    await page.getByRole("heading", { name: "For the board" }).waitFor();
    await look("links-ar");
    await open("/console/links", "en");
    await page.getByRole("button", { name: "Remove For the board" }).click();
    await page.getByText("The link shows nothing any more.").waitFor();
    await outside.reload();
    await outside.getByText("This link shows nothing any more.").waitFor();
    await outside.context().close();
});

test("a report that cannot come says so, and comes when asked again", async () => {
    await page.route("**/api/v1/traffic/countries*", (route) => route.fulfill({ status: 503, body: "" }), { times: 1 });
    await page.goto("/console/traffic/countries?lang=en");
    await page.getByRole("alert").getByText("We cannot answer just now.").waitFor();
    assert.deepEqual(await audit(page), []);
    page.complaints.length = 0;  // the browser logs a 503 as an error
    await page.getByRole("button", { name: "Try again" }).click();
    await page.locator("table.report").waitFor();
});

test("my sign-in changes the password and ends the other sessions", async () => {
    const other = await openPage(browser, server, {});
    await other.goto("/console/sign-in");
    await other.getByLabel("Email address").fill("grace@example.com");
    await other.getByLabel("Password").fill(password);
    await other.keyboard.press("Enter");
    await other.getByLabel("Code of your authenticator").fill(codes[1]);
    await other.keyboard.press("Enter");
    await other.getByRole("heading", { name: "Hello, Grace Example" }).waitFor();
    await open("/console/me");
    await page.getByText("Another session").waitFor();
    await look("me");
    await page.getByRole("button", { name: "End all others" }).click();
    await page.getByText("Every other session has ended.").waitFor();
    await other.getByRole("link", { name: "My sign-in" }).first().click();
    await other.waitForURL("**/console/sign-in");
    await other.context().close();
    await page.getByLabel("Current password").fill("not the password");
    await page.getByLabel("New password").fill("forty kettles under a lamp 8");
    await page.getByRole("button", { name: "Change the password" }).click();
    await page.getByText("This is not the password of your account.").waitFor();
    await page.getByLabel("Current password").fill(password);
    await page.getByRole("button", { name: "Change the password" }).click();
    await page.getByText("Your password is changed.").waitFor();
    assert.deepEqual(page.complaints, []);
});

test("a passkey is added, signs in in place of password and code, and new recovery codes end the former", async () => {
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("WebAuthn.enable");
    await devtools.send("WebAuthn.addVirtualAuthenticator", { options: {
        protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true } });
    await open("/console/me");
    await page.getByLabel("Name of the passkey").fill("my telephone");
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await page.getByRole("heading", { name: "my telephone" }).waitFor();
    await page.getByRole("button", { name: "Make new recovery codes" }).click();
    const kept = page.getByRole("button", { name: "I have kept them" });
    await kept.waitFor();
    const fresh = await page.locator("ul.codes, ol.codes, .codes").innerText();
    assert.ok(codes.every((code) => !fresh.includes(code)));
    await look("recovery");
    await kept.click();
    await page.getByText("10 recovery codes are left").waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.waitForURL("**/console/sign-in");
    assert.deepEqual(await audit(page), []);
    await page.getByRole("button", { name: "Sign in by passkey" }).click();
    await page.getByRole("heading", { name: "Hello, Grace Example" }).waitFor();
    assert.deepEqual(page.complaints, []);
});

test("in Arabic the console runs from right to left", async () => {
    for (const [path, name] of [["/console", "overview"], ["/console/guidelines", "guidelines"], ["/console/me", "me"]]) {
        await open(path, "ar");
        assert.equal(await page.evaluate(() => document.documentElement.dir), "rtl");
        await look(`${name}-ar`);
    }
    await open("/console", "en");
});

test("who has no role for it is told so, and finds it in no menu", async () => {
    const agent = await openPage(browser, server, { expected: /status of (40[13]|422)/ });
    await joinConsole(agent, invite("alan@example.com", "agent"));
    await agent.getByRole("link", { name: "Overview" }).first().click();
    await agent.getByText("The guidelines wait for you").waitFor();
    assert.equal(await agent.getByRole("link", { name: "Countries" }).count(), 0);
    await agent.goto("/console/traffic/countries");
    await agent.getByText("These reports are for the web team.").waitFor();
    assert.deepEqual(await audit(agent), []);
    assert.deepEqual(agent.complaints, []);
    await agent.context().close();
});
