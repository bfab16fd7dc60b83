// SPDX-License-Identifier: Apache-2.0
// Where the reader is: a page, and behind its question mark what it is asked. Plain links change the
// page without loading it anew.
import { type Place, placeAt } from "./places.ts";

let place = $state.raw<Place>(placeAt(location.pathname));
let asked = $state.raw(new URLSearchParams(location.search));

export function currentPlace(): Place {
    return place;
}
export function currentAsked(): URLSearchParams {
    return asked;
}

function look(): void {
    place = placeAt(location.pathname);
    asked = new URLSearchParams(location.search);
}

export function go(to: string, how: "push" | "replace" = "push"): void {
    const samePage = new URL(to, location.href).pathname === location.pathname;
    if (how === "push") history.pushState(null, "", to);
    else history.replaceState(null, "", to);
    look();
    if (!samePage) scrollTo(0, 0);
}

// The same page, asked otherwise. Empty values are left out.
export function ask(changes: Record<string, string | string[]>): void {
    const next = new URLSearchParams(asked);
    for (const [name, value] of Object.entries(changes)) {
        next.delete(name);
        for (const one of [value].flat()) if (one) next.append(name, one);
    }
    const text = next.toString();
    go(place.path + (text && `?${text}`), "replace");
}

export function watchLinks(): () => void {
    const onClick = (click: MouseEvent) => {
        const link = (click.target as Element).closest("a");
        const ours = link && link.origin === location.origin && /^\/console(\/|$)/.test(link.pathname);
        if (!ours || link.target || link.download || link.hash) return;
        if (click.button !== 0 || click.ctrlKey || click.metaKey || click.shiftKey) return;
        click.preventDefault();
        go(link.pathname + link.search);
    };
    addEventListener("popstate", look);
    document.addEventListener("click", onClick);
    return () => {
        removeEventListener("popstate", look);
        document.removeEventListener("click", onClick);
    };
}
