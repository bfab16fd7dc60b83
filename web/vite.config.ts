// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig, type Plugin } from "vite";
import { height, width, world } from "./world.ts";

// Every script and style of a page is named with the digest of its bytes, so that the browser
// refuses one that changed on its way. Taken from the written files: only they are final.
function integrity(): Plugin {
    const digest = (file: string) => "sha384-" + createHash("sha384").update(readFileSync(file)).digest("base64");
    return {
        name: "integrity",
        writeBundle: {
            order: "post",
            handler({ dir }, bundle) {
                for (const page of Object.keys(bundle).filter((name) => name.endsWith(".html"))) {
                    const file = join(dir!, page);
                    const marked = readFileSync(file, "utf8").replace(
                        /(src|href)="\/(assets\/[^"]+)"/g,
                        (found, attribute, part) =>
                            part in bundle ? `${attribute}="/${part}" integrity="${digest(join(dir!, part))}"` : found,
                    );
                    writeFileSync(file, marked);
                }
            },
        },
    };
}

// The map of the world, made from a package's outlines.
function map(): Plugin {
    const name = "virtual:world";
    return {
        name,
        resolveId: (id) => (id === name ? `\0${name}` : undefined),
        load: (id) => (id === `\0${name}` ? `export const countries = ${JSON.stringify(world())}, width = ${width}, height = ${height};` : undefined),
    };
}

export default defineConfig({
    plugins: [svelte(), map(), integrity()],
    build: {
        // Nothing inlined: the content security policy knows no data: addresses.
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        rollupOptions: { input: { portal: "portal.html", console: "console.html" } },
        target: "es2022",
    },
    test: { include: ["**/*.test.ts"], exclude: ["node_modules/**"], testTimeout: 120_000 },
} as Parameters<typeof defineConfig>[0]);
