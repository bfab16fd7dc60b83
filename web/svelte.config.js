// SPDX-License-Identifier: Apache-2.0
import { vitePreprocess } from "@sveltejs/vite-plugin-svelte";

export default {
    preprocess: vitePreprocess(),
    // Elements are made one by one: no string ever becomes HTML (Trusted Types).
    compilerOptions: { runes: true, fragments: "tree" },
};
