// SPDX-License-Identifier: Apache-2.0
// The server's names as people read them, in their language.
import { currentLanguage, say, sayIfKnown, sayNumber, type WordId } from "../../shared/words.svelte.ts";
import type { Cell } from "../api.ts";

export function valueName(dimension: string, value: Cell): string {
    const text = String(value ?? "");
    if (text === "(none)" || text === "" || text === "unknown") return say("value_none");
    if (text === "(other)") return say("value_folded");
    if (text === "(entry)") return say("value_entry");
    if (dimension === "country" && /^[A-Z]{2}$/.test(text)) {
        return new Intl.DisplayNames(currentLanguage(), { type: "region" }).of(text) ?? text;
    }
    // An id that ends in "_other" is a plural's.
    return sayIfKnown(`${dimension}_${text === "other" ? "another" : text}`) ?? text;
}

// A name from left to right within words from right to left keeps its order: "/prices", not "prices/".
export const isolated = (text: string): string => (currentLanguage() === "ar" ? `\u2068${text}\u2069` : text);

export function seconds(value: number): string {
    const unit = (amount: number, name: string, digits: number) =>
        sayNumber(amount, { style: "unit", unit: name, unitDisplay: "short", maximumFractionDigits: digits });
    if (value < 60) return unit(value, "second", value < 10 ? 1 : 0);
    return unit(value / 60, "minute", value < 600 ? 1 : 0);
}

export function figure(column: string, value: Cell | undefined): string {
    if (typeof value !== "number") return value === null || value === undefined ? "–" : String(value);
    return column.endsWith("_s") ? seconds(value) : sayNumber(value);
}

export const columnName = (column: string): string => say(`column_${column}` as WordId);

// A day or an hour of the timeline, in UTC as it is counted.
export function momentName(at: string, style: "short" | "long"): string {
    const hour = at.length > 10;
    const time = new Date(hour ? at : `${at}${at.length === 4 ? "-01-01" : at.length === 7 ? "-01" : ""}T00:00:00Z`);
    return new Intl.DateTimeFormat(currentLanguage(), {
        timeZone: "UTC", day: "numeric", month: style === "long" ? "long" : "short",
        ...(style === "long" ? { year: "numeric" } : {}), ...(hour ? { hour: "numeric", minute: "2-digit" } : {}),
    }).format(time);
}
