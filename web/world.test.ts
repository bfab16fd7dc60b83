// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { height, width, world } from "./world.ts";

const rings = (outline: string) => outline.split("Z").filter(Boolean)
    .map((ring) => ring.slice(1).split("L").map((point) => point.split(" ").map(Number) as [number, number]));

test("no outline runs around the world, and each lies on the map", () => {
    const drawn = world();
    for (const country of ["DE", "FR", "JP", "RU", "FJ", "US", "XK"]) expect(drawn[country], country).toMatch(/^M/);
    for (const [country, outline] of Object.entries(drawn)) {
        for (const ring of rings(outline)) {
            const [xs, ys] = [ring.map(([x]) => x), ring.map(([, y]) => y)];
            expect(Math.max(...xs) - Math.min(...xs), country).toBeLessThan(width / 2);
            expect(Math.min(...xs), country).toBeGreaterThan(-width * 0.05);
            expect(Math.max(...xs), country).toBeLessThan(width * 1.05);
            expect(Math.min(...ys), country).toBeGreaterThan(0);
            expect(Math.max(...ys), country).toBeLessThan(height * 1.05);
        }
    }
});
