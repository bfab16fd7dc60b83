// SPDX-License-Identifier: Apache-2.0
// Definitions and answers of every kind that the server checks, by a seed.

// mulberry32, public domain: the same seed gives the same cases on every machine.
export function dice(seed) {
    let state = seed >>> 0;
    const next = () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let t = state;
        t = Math.imul(t ^ (t >>> 15), t | 1);
        t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
        return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
    const below = (n) => Math.floor(next() * n);
    return { next, below, often: (p) => next() < p, one: (list) => list[below(list.length)] };
}

const TEXTS = ["", " ", "\u00a0\t", "yes", "Yes ", "0", "false", "déjà vu", "日本語の答え", "🙂🙂🙂", "ok\nok", "\ufeff", "\u200b", "longer than ten", "x".repeat(40), "مرحبا"];
const NUMBERS = [0, -0.5, 1, 2, 3, 4.5, 5, 7, 10, 11, 100, -3, 1e6, 2.25];
const WORDS = ["red", "green", "blue", "a b", "Ärger", "多い", "1", "0", "true", "x-y", "ninety nine"];

function literalTest(d, question) {
    const { name } = question;
    const text = (value) => (d.often(0.5) ? `'${value}'` : `"${value}"`);
    const choices = () => [
        ...question.choices.map((one) => one.value ?? one),
        ...(question.showOtherItem ? ["other"] : []),
        ...(question.showNoneItem ? ["none"] : []),
    ];
    if (d.often(0.2)) return `{${name}} ${d.one(["empty", "notempty"])}`;
    switch (question.type) {
        case "checkbox":
            return `{${name}} ${d.one(["contains", "notcontains"])} ${text(d.one(choices()))}`;
        case "radiogroup":
        case "dropdown":
            return `{${name}} ${d.one(["=", "==", "<>", "!="])} ${text(d.one(choices()))}`;
        case "boolean":
            return `{${name}} ${d.one(["=", "<>"])} ${d.one(["true", "false"])}`;
        case "rating":
        case "text":
            if (question.type === "rating" || question.inputType === "number")
                return `{${name}} ${d.one(["=", "<>", ">", ">=", "<", "<=", "=="])} ${d.one(NUMBERS)}`;
        // falls through
        default:
            return `{${name}} ${d.one(["empty", "notempty"])}`;
    }
}

function condition(d, before, depth = 0) {
    if (depth < 2 && d.often(0.3)) {
        const parts = Array.from({ length: 2 + d.below(2) }, () => condition(d, before, depth + 1));
        const joined = parts.join(` ${d.one(["and", "or"])} `);
        return d.often(0.5) ? `(${joined})` : joined;
    }
    return literalTest(d, d.one(before));
}

function question(d, name, before) {
    const made = { type: d.one(["text", "text", "comment", "radiogroup", "dropdown", "checkbox", "checkbox", "rating", "boolean"]), name };
    if (d.often(0.5)) made.title = d.often(0.5) ? "How was it?" : { default: "How was it?", de: "Wie war es?", ar: "كيف كان؟" };
    if (d.often(0.35)) made.isRequired = true;
    if (before.length > 0 && d.often(0.35)) made.visibleIf = condition(d, before);
    if (before.length > 0 && !made.isRequired && d.often(0.25)) made.requiredIf = condition(d, before);
    switch (made.type) {
        case "text":
            if (d.often(0.5)) {
                made.inputType = "number";
                if (d.often(0.5)) made.min = d.one([0, -3, 1, 2.5]);
                if (d.often(0.5)) made.max = d.one([5, 10, 4.5, 100]);
                if (d.often(0.2)) made.validators = [{ type: "numeric", minValue: d.one([-1, 0, 1]), maxValue: d.one([3, 7]) }];
                break;
            }
        // falls through
        case "comment":
            if (d.often(0.3)) made.maxLength = d.one([2, 5, 10, 100]);
            if (d.often(0.3)) made.validators = [{ type: "text", minLength: d.one([0, 2, 6]), maxLength: d.one([3, 8, 50]) }];
            break;
        case "radiogroup":
        case "dropdown":
        case "checkbox": {
            const words = [...WORDS].sort(() => d.next() - 0.5).slice(0, 2 + d.below(4));
            made.choices = words.map((value) => (d.often(0.3) ? { value, text: { default: value + "!", fr: "un " + value } } : value));
            if (d.often(0.3)) made.showOtherItem = true;
            if (d.often(0.3)) made.showNoneItem = true;
            if (made.type === "checkbox" && d.often(0.4)) made.maxSelectedChoices = 1 + d.below(Math.min(3, made.choices.length));
            if (made.type === "checkbox" && d.often(0.3)) made.minSelectedChoices = 1 + d.below(made.maxSelectedChoices ?? 2);
            break;
        }
        case "rating":
            if (d.often(0.7)) [made.rateMin, made.rateMax] = d.one([[0, 10], [1, 7], [1, 5], [0, 1], [2, 4], [1, 10]]);
            if (d.often(0.2)) made.minRateDescription = "bad";
            break;
    }
    return made;
}

export function definition(d) {
    const before = [];
    let names = 0;
    const elements = (count, depth) =>
        Array.from({ length: count }, () => {
            if (depth < 2 && d.often(0.15)) {
                const panel = { type: "panel", name: `panel${++names}` };
                if (before.length > 0 && d.often(0.5)) panel.visibleIf = condition(d, before);
                panel.elements = elements(1 + d.below(3), depth + 1);
                return panel;
            }
            const made = question(d, `q${++names}`, before);
            before.push(made);
            return made;
        });
    if (d.often(0.4)) return [{ title: "A survey", elements: elements(1 + d.below(6), 0) }, before];
    const pages = Array.from({ length: 1 + d.below(3) }, () => {
        const page = { name: `page${++names}` };
        if (before.length > 0 && d.often(0.4)) page.visibleIf = condition(d, before);
        page.elements = elements(1 + d.below(4), 0);
        return page;
    });
    return [{ pages }, before];
}

function answer(d, question) {
    switch (question.type) {
        case "text":
            if (question.inputType === "number") return d.one(NUMBERS);
        // falls through
        case "comment":
            return d.one(TEXTS);
        case "boolean":
            return d.often(0.5);
        case "rating":
            return d.often(0.9) ? (question.rateMin ?? 1) + d.below((question.rateMax ?? 5) - (question.rateMin ?? 1) + 1) : d.one(NUMBERS);
    }
    const values = question.choices.map((one) => one.value ?? one);
    if (question.showOtherItem || d.often(0.03)) values.push("other");
    if (question.showNoneItem || d.often(0.03)) values.push("none");
    if (d.often(0.03)) values.push("no such choice");
    if (question.type !== "checkbox") return d.one(values);
    const chosen = Array.from({ length: d.below(4) }, () => d.one(values));
    return d.often(0.9) ? [...new Set(chosen)] : chosen;
}

export function answers(d, questions) {
    const given = {};
    const filled = d.one([0.5, 0.9, 1]);
    for (const question of questions) {
        if (d.often(filled)) given[question.name] = answer(d, question);
        if (question.showOtherItem && d.often(0.7)) given[`${question.name}-Comment`] = d.one(TEXTS);
    }
    return given;
}
