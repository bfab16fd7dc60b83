// SPDX-License-Identifier: Apache-2.0
// The countries of the world as outlines to draw (Natural Earth, public domain, by the package
// world-atlas): by ISO 3166-1 alpha-2, in the Equal Earth projection (Savric, Patterson and Jenny,
// 2018), where equal areas are equal. In units of a thousandth of the map's width.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const need = createRequire(import.meta.url);
type Point = [number, number];
interface Shape {
    type: "Polygon" | "MultiPolygon";
    id?: string;
    properties: { name: string };
    arcs: number[][] | number[][][];
}
interface Topology {
    arcs: Point[][];
    transform: { scale: Point; translate: Point };
    objects: { countries: { geometries: Shape[] } };
}
const read = <T>(name: string): T => JSON.parse(readFileSync(need.resolve(name), "utf8")) as T;
// Without a number of ISO's own.
const unnumbered: Record<string, string> = { Kosovo: "XK" };
const drawnWidth = 2 * 2.70663; // of the projection, for a globe of radius one
export const width = 1000;
export const height = 430; // down to 60 degrees south: nobody's browser is on the ice

function project(longitude: number, latitude: number): Point {
    const theta = Math.asin((Math.sqrt(3) / 2) * Math.sin((latitude * Math.PI) / 180));
    const [a1, a2, a3, a4] = [1.340264, -0.081106, 0.000893, 0.003796] as const;
    const x = (2 * Math.sqrt(3) * ((longitude * Math.PI) / 180) * Math.cos(theta)) /
        (3 * (9 * a4 * theta ** 8 + 7 * a3 * theta ** 6 + 3 * a2 * theta ** 2 + a1));
    const y = a4 * theta ** 9 + a3 * theta ** 7 + a2 * theta ** 3 + a1 * theta;
    const scale = width / drawnWidth;
    const tenths = (one: number) => Math.round(one * 10) / 10;
    return [tenths(width / 2 + x * scale), tenths((1.3173 - y) * scale)];
}

// TopoJSON: an arc is a way of steps on a grid; a negative number names one that is gone backward.
function readArcs({ arcs, transform }: Topology): Point[][] {
    return arcs.map((arc) => {
        let [x, y] = [0, 0];
        return arc.map(([dx, dy]) => {
            x += dx;
            y += dy;
            return [x * transform.scale[0] + transform.translate[0], y * transform.scale[1] + transform.translate[1]];
        });
    });
}

// A ring that crosses the date line goes on beyond it, in place of back around the world.
function whole(points: Point[]): Point[] {
    let turn = 0;
    return points.map(([x, y], i) => {
        const step = i === 0 ? 0 : x - points[i - 1]![0];
        turn += step > 180 ? -360 : step < -180 ? 360 : 0;
        return [x + turn, y];
    });
}
const ends = (points: Point[]) => [Math.min(...points.map(([x]) => x)), Math.max(...points.map(([x]) => x))] as const;

function outline(ring: number[], arcs: Point[][]): string {
    let points = ring.flatMap((number, i) => {
        const arc = number < 0 ? [...arcs[~number]!].reverse() : arcs[number]!;
        return i === 0 ? arc : arc.slice(1);
    });
    points = whole(points);
    const [west, east] = ends(points);
    if (west + east > 360) points = points.map(([x, y]) => [x - 360, y]);
    const drawn = points.map(([x, y]) => project(x, y));
    const kept = drawn.filter((point, i) => i === 0 || point.some((one, j) => one !== drawn[i - 1]![j]));
    return kept.length < 4 ? "" : `M${kept.map((point) => point.join(" ")).join("L")}Z`;
}

// By country what an SVG path takes as its "d".
export function world(): Record<string, string> {
    const topology = read<Topology>("world-atlas/countries-110m.json");
    const letters = new Map(read<[string, string, string, string][]>("i18n-iso-countries/codes.json").map(([two, , number]) => [number, two]));
    const arcs = readArcs(topology);
    const drawn: Record<string, string> = {};
    for (const shape of topology.objects.countries.geometries) {
        const country = letters.get(shape.id ?? "") ?? unnumbered[shape.properties.name];
        if (!country || country === "AQ") continue;
        const polygons = (shape.type === "Polygon" ? [shape.arcs] : shape.arcs) as number[][][];
        drawn[country] = polygons.flatMap((rings) => rings.map((ring) => outline(ring, arcs))).join("");
    }
    if (Object.keys(drawn).length < 170) throw new Error("the package's countries are not where they were");
    return drawn;
}
