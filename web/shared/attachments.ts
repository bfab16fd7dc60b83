// SPDX-License-Identifier: Apache-2.0
// What people call a file of a type; the type is the server's word, by the file's bytes.
export interface Attachment {
    number: number; // within its message
    bytes: number;
    type?: string; // where it may be read
    name?: string; // empty: its sender gave none
    decision?: "allowed" | "refused";
    because?: string;
}

const kinds = {
    pdf: /^application\/pdf$/,
    image: /^image\/(?!svg)/,
    document: /opendocument|openxmlformats|ole-storage|rtf$/,
    text: /^text\/(plain|calendar|vcard)$/,
    page: /^text\/html$|^image\/svg|xml$/,
    archive: /zip$|7z|rar$/,
    program: /executable|elf$|shellscript/,
    mail: /^message\//,
    sound: /^(audio|video)\/|ogg$/,
} as const;
export type Kind = keyof typeof kinds | "unknown";

export function kindOf(type: string): Kind {
    return (Object.keys(kinds) as (keyof typeof kinds)[]).find((kind) => kinds[kind].test(type)) ?? "unknown";
}
// What runs when it is opened.
export const isRisky = (type: string): boolean => ["program", "page", "archive"].includes(kindOf(type));

// In the largest unit of which there is one.
export function sizeOf(bytes: number): [number, "byte" | "kilobyte" | "megabyte"] {
    if (bytes >= 1_000_000) return [bytes / 1_000_000, "megabyte"];
    if (bytes >= 1_000) return [bytes / 1_000, "kilobyte"];
    return [bytes, "byte"];
}
