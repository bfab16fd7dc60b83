// SPDX-License-Identifier: Apache-2.0
// Where the boxes and bands of the paths stand. Pure: figures in, geometry out.
import type { Row } from "../api.ts";

export interface Box {
    name: string;
    views: number;
    x: number;
    y: number;
    height: number;
}
export interface Band {
    from: string;
    to: string;
    views: number;
    d: string;
}
export interface Drawing {
    width: number;
    height: number;
    boxes: Box[];
    bands: Band[];
}

export const boxWidth = 12;
const columnWidth = 240;
const gap = 14; // between boxes, and room for a name
const least = 6; // of a box's height

interface Node extends Box {
    out: number;
    in: number;
    given: number;
    taken: number;
}

// Steps count from 1; step n leads from column n to column n + 1. Backward, the first step is the
// one into the page, which stands on the right.
export function draw(rows: Row[], direction: "forward" | "backward"): Drawing {
    const columns: Map<string, Node>[] = [];
    const last = Math.max(0, ...rows.map((row) => Number(row.step)));
    const node = (column: number, name: string): Node => {
        const found = (columns[column] ??= new Map());
        if (!found.has(name)) found.set(name, { name, views: 0, x: column * columnWidth, y: 0, height: 0, out: 0, in: 0, given: 0, taken: 0 });
        return found.get(name)!;
    };
    const steps = rows.map((row) => {
        const column = direction === "forward" ? Number(row.step) - 1 : last - Number(row.step);
        const step = { from: node(column, String(row.from)), to: node(column + 1, String(row.to)), views: Number(row.views) };
        step.from.out += step.views;
        step.to.in += step.views;
        return step;
    });
    const nodesOf = (column: Map<string, Node> | undefined) =>
        [...(column?.values() ?? [])].sort((a, b) => Math.max(b.in, b.out) - Math.max(a.in, a.out));
    const tallest = Math.max(1, ...columns.map((column) => nodesOf(column).reduce((sum, one) => sum + Math.max(one.in, one.out), 0)));
    const scale = 320 / tallest;
    let height = 0;
    for (const column of columns) {
        let y = gap;
        for (const one of nodesOf(column)) {
            one.views = Math.max(one.in, one.out);
            one.height = Math.max(least, one.views * scale);
            one.y = y;
            y += one.height + gap + 8;
        }
        height = Math.max(height, y);
    }
    const bands = [...steps].sort((a, b) => a.from.y - b.from.y || a.to.y - b.to.y).map(({ from, to, views }) => {
        const thick = Math.max(1.5, views * scale);
        const x0 = from.x + boxWidth;
        const y0 = from.y + from.given + thick / 2;
        const y1 = to.y + to.taken + thick / 2;
        from.given += views * scale;
        to.taken += views * scale;
        const bend = (to.x - x0) / 2;
        const t = thick / 2;
        const d = `M${x0} ${y0 - t}C${x0 + bend} ${y0 - t} ${to.x - bend} ${y1 - t} ${to.x} ${y1 - t}V${y1 + t}C${to.x - bend} ${y1 + t} ${x0 + bend} ${y0 + t} ${x0} ${y0 + t}Z`;
        return { from: from.name, to: to.name, views, d };
    });
    return { width: Math.max(1, columns.length) * columnWidth, height, boxes: columns.flatMap(nodesOf), bands };
}
