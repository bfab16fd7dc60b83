// SPDX-License-Identifier: Apache-2.0
// The portal's pages by address. Links are plain links; those to our own pages change the page
// without loading it anew.
export const pages = {
    "/sign-in": { title: "sign_in", signedIn: false },
    "/sign-up": { title: "sign_up", signedIn: false },
    "/reset": { title: "reset_password", signedIn: false },
    "/reset/new": { title: "reset_password", signedIn: false },
    "/verify": { title: "verify_address", signedIn: false },
    "/undo": { title: "undo_change", signedIn: false },
    "/stop": { title: "stop_title", signedIn: false },
    "/surveys": { title: "surveys", signedIn: false },
    "/account": { title: "my_accounts", signedIn: true },
    "/account/profile": { title: "profile", signedIn: true },
    "/account/permissions": { title: "permissions", signedIn: true },
    "/account/held": { title: "held", signedIn: true },
    "/account/requests": { title: "requests", signedIn: true },
    "/account/surveys": { title: "surveys", signedIn: true },
    "/account/uses": { title: "uses", signedIn: true },
    "/account/security": { title: "security", signedIn: true },
} as const;
export type Path = keyof typeof pages;

const isPath = (path: string): path is Path => path in pages;
const here = (): Path => (isPath(location.pathname) ? location.pathname : "/account");

let path = $state<Path>(here());
let visit = $state(0); // a link to the page that is shown shows it anew

export function currentPath(): Path {
    return path;
}

export function currentVisit(): number {
    return visit;
}

export function go(to: Path, how: "push" | "replace" = "push", hash = ""): void {
    if (how === "push") history.pushState(null, "", to + hash);
    else history.replaceState(null, "", to + hash);
    path = to;
    visit += 1;
    scrollTo(0, 0);
}

export function watchLinks(): () => void {
    const onPop = () => (path = here());
    const onClick = (click: MouseEvent) => {
        const link = (click.target as Element).closest("a");
        const elsewhere = !link || link.origin !== location.origin || !isPath(link.pathname) || link.target || link.hash;
        if (elsewhere || click.button !== 0 || click.ctrlKey || click.metaKey || click.shiftKey) return;
        click.preventDefault();
        go(link.pathname as Path);
    };
    addEventListener("popstate", onPop);
    document.addEventListener("click", onClick);
    return () => {
        removeEventListener("popstate", onPop);
        document.removeEventListener("click", onClick);
    };
}
