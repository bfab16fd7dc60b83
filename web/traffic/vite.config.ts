// SPDX-License-Identifier: Apache-2.0
// The script that pages of any site load: one file, whatever they run.
import { defineConfig } from "vite";

export default defineConfig({
    root: import.meta.dirname,
    build: {
        lib: { entry: "avow.ts", formats: ["iife"], name: "avow", fileName: () => "avow.js" },
        outDir: "../dist/traffic",
        emptyOutDir: false,
        target: "es2020",
        reportCompressedSize: false,
    },
});
