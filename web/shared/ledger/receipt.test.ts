// SPDX-License-Identifier: Apache-2.0
// A receipt opens with its own key only, and no byte of it can be changed.
import { expect, test } from "vitest";
import { base64url, type Bytes, joined, sha256, utf8 } from "./bytes.ts";
import { parseKey } from "./note.ts";
import { openReceipt } from "./receipt.ts";

const encode = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");

async function signed(line: string, header = "avow.receipt/v1") {
    const pair = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
    const typed = joined(Uint8Array.of(1), new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey)));
    const id = (await sha256(utf8("log\n"), typed)).slice(0, 4);
    const key = await parseKey(`log+${Buffer.from(id).toString("hex")}+${encode(typed)}`);
    const body = `${header}\n${line}\n`;
    const signature = new Uint8Array(await crypto.subtle.sign("Ed25519", pair.privateKey, utf8(body)));
    return { key, file: utf8(`${body}\n— log ${encode(joined(id, signature))}\n`) };
}

async function sample(details: string, committed = details) {
    const salt = new Uint8Array(32).fill(7);
    const c = base64url(await sha256(utf8("avow/entry/v1\0"), salt, utf8(committed)));
    return JSON.stringify({ ledger: { line: JSON.stringify({ c }), salt: base64url(salt), details }, receipt_id: "ent_1" });
}

test("a receipt opens, and with another key it does not", async () => {
    const { key, file } = await signed(await sample('{"purpose":"offers"}'));
    expect((await openReceipt(file, key)).receipt_id).toBe("ent_1");
    const other = await signed("{}");
    await expect(openReceipt(file, other.key)).rejects.toThrow("not signed");
});

test("every altered byte is refused", async () => {
    const { key, file } = await signed(await sample('{"purpose":"offers"}'));
    const holds = (bytes: Bytes) => openReceipt(bytes, key).then(() => true, () => false);
    expect(await holds(file)).toBe(true);
    for (let at = 0; at < file.length; ++at) {
        for (const bit of [0x01, 0x20, 0x80]) {
            const bad = file.slice();
            bad[at] = bad[at]! ^ bit;
            expect(await holds(bad), `byte ${at} bit ${bit}`).toBe(false);
        }
        expect(await holds(joined(file.slice(0, at), file.slice(at + 1))), `without byte ${at}`).toBe(false);
    }
    for (const more of ["\n", " ", "\ufeff"]) {
        expect(await holds(joined(file, utf8(more)))).toBe(false);
        expect(await holds(joined(utf8(more), file))).toBe(false);
    }
});

test("a signed text that is no receipt, or commits to other details, is refused", async () => {
    const checkpoint = await signed("5", "log");
    await expect(openReceipt(checkpoint.file, checkpoint.key)).rejects.toThrow("no receipt");
    const bent = await signed(await sample('{"purpose":"offers"}', '{"purpose":"other"}'));
    await expect(openReceipt(bent.file, bent.key)).rejects.toThrow("does not fit");
});
