// SPDX-License-Identifier: Apache-2.0
// The questions of a definition as one list, and what is done to one of them. The text stays the whole
// truth: what this does not know, it leaves as it was written.
interface Element {
    type?: string;
    name?: string;
    title?: string | Record<string, string>;
    isRequired?: boolean;
    choices?: unknown[];
}
interface Definition {
    elements?: Element[];
    pages?: { elements?: Element[] }[];
}
export interface Question {
    name: string;
    type: string;
    title: string; // in the language that is written without a tag
    required: boolean;
    choices: string[] | undefined; // a line each; nothing when they are written as objects
    translated: boolean;
}

// The lists that elements stand in, in order; a definition without pages is one list.
const lists = (definition: Definition): Element[][] => {
    if (definition.pages) return definition.pages.map((page) => (page.elements ??= []));
    return [(definition.elements ??= [])];
};
const written = (definition: Definition) => JSON.stringify(definition, null, 2);
const parsed = (text: string) => JSON.parse(text) as Definition;

function at(all: Element[][], place: number): [list: number, index: number] {
    let left = place;
    for (const [list, elements] of all.entries()) {
        if (left < elements.length) return [list, left];
        left -= elements.length;
    }
    throw new Error("there is no such question");
}

export function questionsOf(text: string): Question[] {
    try {
        return lists(parsed(text)).flat().map((one) => ({
            name: one.name ?? "",
            type: one.type ?? "",
            title: (typeof one.title === "object" ? one.title.default ?? Object.values(one.title)[0] : one.title) ?? one.name ?? "",
            required: one.isRequired === true,
            choices: one.choices?.every((choice) => typeof choice === "string") ? (one.choices as string[]) : undefined,
            translated: typeof one.title === "object",
        }));
    } catch {
        return []; // it is said where the text stands
    }
}

// One place up or down; over the edge of a page, to the end or the beginning of the next.
export function moved(text: string, place: number, by: -1 | 1): string {
    const definition = parsed(text);
    const all = lists(definition);
    const [list, index] = at(all, place);
    const here = all[list]!;
    const [one] = here.splice(index, 1) as [Element];
    const target = index + by;
    if (target >= 0 && target <= here.length) here.splice(target, 0, one);
    else if (all[list + by]) all[list + by]!.splice(by < 0 ? all[list + by]!.length : 0, 0, one);
    else here.splice(index, 0, one);
    return written(definition);
}

export function removed(text: string, place: number): string {
    const definition = parsed(text);
    const all = lists(definition);
    const [list, index] = at(all, place);
    all[list]!.splice(index, 1);
    return written(definition);
}

export function changed(text: string, place: number, to: { title?: string; required?: boolean; choices?: string[] }): string {
    const definition = parsed(text);
    const all = lists(definition);
    const [list, index] = at(all, place);
    const one = all[list]![index]!;
    if (to.title !== undefined) {
        if (typeof one.title === "object") one.title.default = to.title;
        else one.title = to.title;
    }
    if (to.choices !== undefined) one.choices = to.choices;
    if (to.required === true) one.isRequired = true;
    if (to.required === false) delete one.isRequired;
    return written(definition);
}
