// SPDX-License-Identifier: Apache-2.0
// Counts this page without knowing who reads it. <script src="https://HOST/t/avow.js" async></script>
// Options on the tag: data-site (else this page's host), data-cookie="off", data-hash (the part after
// # makes pages). window.avow(name, properties) tells of an event.
// The cookie holds the day of the last visit modulo 32 and the pages of that day up to ten; what is
// sent of it are four yes-or-no answers, how long ago, and how many (GET /t/alphabet).

type Told = Record<string, unknown>;

export {};

const page = document;
const place = location;
const tag = page.currentScript as HTMLScriptElement;
const options = tag.dataset;
const browser = navigator as Navigator & { globalPrivacyControl?: boolean };
const door = tag.src.replace(/[^/]*$/, "event");
const digits = "0123456789abcdefghijklmnopqrstuv";
const idleAfter = 60000;
const day = 864e5;

// This page load: its address, the one before, its word, and the time it was in use: altogether,
// told already, since when it is now (0: it is not), when somebody last touched it.
let here = "";
let before = "";
let load = "";
let sequence = 0;
let used = 0;
let told = 0;
let since = 0;
let touched = 0;
let waiting = 0;

const send = (event: Told) =>
    fetch(door, {
        method: "POST",
        body: JSON.stringify({ u: place.origin + here, d: options.site, ...event }),
        credentials: "omit",
        keepalive: true,
    }).catch(() => 0);
const isVisible = () => page.visibilityState == "visible";
const now = () => performance.now();

const cookie = () => /\bavow_t=(.)(.)/.exec(page.cookie);

// The only thing that is ever stored.
const visit = (): Told | undefined => {
    if (browser.globalPrivacyControl || browser.doNotTrack == "1" || options.cookie == "off")
        return;
    const date = new Date();
    const today = Math.floor(+date / day);
    const held = cookie();
    const ago = held ? (today - digits.indexOf(held[1]!)) & 31 : 999;
    const pages = ago ? 1 : Math.min(digits.indexOf(held![2]!) + 1, 10);
    page.cookie = `avow_t=${digits[today % 32]}${digits[pages]};path=/;max-age=2678400;secure;samesite=lax`;
    if (!cookie()) return;
    // First today, since Monday, since the first of the month and of the year.
    const bit = (days: number, value: number) => (ago > days ? value : 0);
    return {
        s:
            bit(0, 1) +
            bit((today + 3) % 7, 2) +
            bit(date.getUTCDate() - 1, 4) +
            bit(today - Date.UTC(date.getUTCFullYear(), 0) / day, 8),
        g: bit(0, 1) + bit(1, 1) + bit(7, 1) + bit(31, 1),
        k: pages,
    };
};

// Adds what passed since the last look, as far as somebody was there.
const look = (stop?: unknown) => {
    if (since) used += Math.min(now(), touched + idleAfter) - since;
    since = !stop && isVisible() && page.hasFocus() ? now() : 0;
};
const tell = () => {
    look(1);
    const ms = Math.round(used);
    if (ms < told + 250) return;
    send({ n: "engagement", e: ms, w: told, b: load, q: ++sequence });
    told = ms;
};
const touch = () => {
    look();
    touched = now();
};
// A page that opens behind others waits until it is seen.
const show = () => {
    if (!isVisible()) return tell();
    touch();
    if (waiting)
        send({ n: "pageview", r: before ? "" : page.referrer, f: before, ...visit() });
    waiting = 0;
};
const open = (again?: unknown) => {
    const next = place.pathname + place.search + (options.hash == null ? "" : place.hash);
    if (next == here && !again) return;
    if (here) tell();
    before = here;
    here = next;
    load = Math.random() + "";
    sequence = used = told = since = 0;
    waiting = 1;
    show();
};

const avow = (name: string, properties?: Told) => send({ n: name, p: properties });
(window as unknown as { avow: typeof avow }).avow = avow;
if (!browser.webdriver) {
    const on = (names: string, act: (event: Event) => unknown) =>
        names.split(" ").map((name) => addEventListener(name, act, true));
    (["pushState", "replaceState"] as const).map((change) => {
        const original = history[change];
        history[change] = function (...all) {
            original.apply(this, all);
            open();
        };
    });
    on("popstate hashchange", () => open());
    // Back from the browser's own store of pages: read once more.
    on("pageshow", (event) => (event as PageTransitionEvent).persisted && open(1));
    on("pagehide blur", tell);
    on("visibilitychange", show);
    on("focus pointerdown pointermove keydown scroll", touch);
    on("click", (event) => {
        const link = (event.target as Element).closest("a");
        if (!link || !/^http/.test(link.href)) return;
        const file = /\.(pdf|zip|gz|dmg|exe|docx?|xlsx?|pptx?|csv|mp[34])$/i.test(link.pathname);
        if (file || link.host != place.host)
            avow(file ? "File Download" : "Outbound Link: Click", {
                url: link.origin + link.pathname,
            });
    });
    open();
}
