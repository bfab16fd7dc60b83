// SPDX-License-Identifier: Apache-2.0
// Bytes and their spellings, strict: RFC 4648 base64 with padding, base64url without.
export type Bytes = Uint8Array<ArrayBuffer>;

export function utf8(text: string): Bytes {
    return new TextEncoder().encode(text) as Bytes;
}

export function fromBase64(text: string): Bytes {
    if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) {
        throw new Error("this is no base64");
    }
    const binary = atob(text);
    // One spelling for each value: no stray low bits.
    if (btoa(binary) !== text) throw new Error("this is no base64");
    return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}

export function fromBase64url(text: string): Bytes {
    const padded = text.replace(/-/g, "+").replace(/_/g, "/");
    return fromBase64(padded + "=".repeat((4 - (padded.length % 4)) % 4));
}

export function base64url(bytes: Bytes): string {
    return btoa(String.fromCharCode(...bytes))
        .replace(/\+/g, "-")
        .replace(/\//g, "_")
        .replace(/=+$/, "");
}

export function hex(bytes: Bytes): string {
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function joined(...parts: Bytes[]): Bytes {
    const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
    let at = 0;
    for (const part of parts) {
        all.set(part, at);
        at += part.length;
    }
    return all;
}

export function same(one: Bytes, other: Bytes): boolean {
    return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

export async function sha256(...parts: Bytes[]): Promise<Bytes> {
    return new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));
}
