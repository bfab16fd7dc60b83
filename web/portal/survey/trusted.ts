// SPDX-License-Identifier: Apache-2.0
// Our pages let no text become markup (`require-trusted-types-for` of the content security policy).
// SurveyJS writes its icons as markup: drawings are let through, and anything else is written as the
// text that it is.
const drawing =
    /^(?:\s*<\/?(?:svg|symbol|g|path|rect|circle|line|polygon|polyline|ellipse|defs|clipPath)(?:\s+(?!on)[\w:-]+="[^"<>]*")*\s*\/?>)*\s*$/;

export function safeMarkup(html: string): string {
    // The policy forbids styles written into markup, too: one icon has such.
    if (drawing.test(html) && !/javascript:|href=/i.test(html)) return html.replace(/\sstyle="[^"]*"/g, "");
    return html.replace(/[&<>]/g, (one) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[one]!);
}

interface Factory {
    defaultPolicy: object | null;
    createPolicy(name: string, rules: { createHTML(html: string): string }): object;
}

export function guardMarkup(): void {
    const factory = (globalThis as { trustedTypes?: Factory }).trustedTypes;
    if (factory && !factory.defaultPolicy) factory.createPolicy("default", { createHTML: safeMarkup });
}
