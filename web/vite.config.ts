// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig, type Plugin } from "vite";

// Every script and style of a page is named with the digest of its bytes, so that the browser
// refuses one that changed on its way.
function integrity(): Plugin {
    const digest = (content: string | Uint8Array) =>
        "sha384-" + createHash("sha384").update(content).digest("base64");
    return {
        name: "integrity",
        enforce: "post",
        generateBundle(_, bundle) {
            for (const page of Object.values(bundle)) {
                if (page.type !== "asset" || !page.fileName.endsWith(".html")) continue;
                page.source = String(page.source).replace(
                    /(src|href)="\/(assets\/[^"]+)"/g,
                    (found, attribute, file) => {
                        const part = bundle[file];
                        if (part === undefined) return found;
                        const content = part.type === "chunk" ? part.code : part.source;
                        return `${attribute}="/${file}" integrity="${digest(content)}"`;
                    },
                );
            }
        },
    };
}

export default defineConfig({
    plugins: [svelte(), integrity()],
    build: {
        // Nothing inlined: the content security policy knows no data: addresses.
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        rollupOptions: { input: { portal: "portal.html" } },
        target: "es2022",
    },
    test: { include: ["**/*.test.ts"], exclude: ["node_modules/**"] },
} as Parameters<typeof defineConfig>[0]);
