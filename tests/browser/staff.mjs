// SPDX-License-Identifier: Apache-2.0
// Employees in a real browser: invited, joined, and their pages looked at.
import assert from "node:assert/strict";
import { join } from "node:path";
import { audit, codeOf, password, screenshots } from "./avow.mjs";

export const pathOf = (link) => { const url = new URL(link); return url.pathname + url.search + url.hash; };
export function inviteOf(server, email, ...roles) {
    const name = email.replace(/@.*/, "").replace(/^./, (letter) => letter.toUpperCase());
    return JSON.parse(server.run("staff", "invite", ...roles.flatMap((role) => ["--role", role]),
        "--name", `${name} Example`, "--email", email, "--json"));
}
// Up to the guidelines, which are the first thing that is seen by who works with people's data.
export async function joinConsole(page, invitation) {
    await page.goto(pathOf(invitation.link));
    const secret = await page.locator(".typed code").innerText();
    await page.locator("#password").fill(password);
    await page.getByLabel("The code it shows now").fill(codeOf(secret));
    await page.getByRole("button", { name: "Join" }).click();
    await page.getByRole("button", { name: "I have kept them" }).click();
    await page.waitForURL(/\/console(\/guidelines)?$/);
}

// Both widths, light and dark, for people to look at; axe sees each width and each theme once.
export async function lookAt(page, name) {
    for (const [width, colorScheme] of [[1440, "light"], [1440, "dark"], [360, "light"], [360, "dark"]]) {
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ colorScheme });
        await page.waitForTimeout(60);
        const audited = (width === 1440) === (colorScheme === "light");
        if (audited) assert.deepEqual(await audit(page), [], `${name} ${width} ${colorScheme}`);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} is wider than ${width}`);
        await page.screenshot({ path: join(screenshots, `${name}-${width}-${colorScheme}.png`), fullPage: true });
    }
    await page.setViewportSize({ width: 320, height: 700 });
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} is wider than 320`);
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.emulateMedia({ colorScheme: "light" });
}
