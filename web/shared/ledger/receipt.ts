// SPDX-License-Identifier: Apache-2.0
// A receipt (docs/receipts.md), checked in this browser: one signature by the ledger's key over two
// lines, and an entry that commits to the details told. A changed byte anywhere is refused.
import { base64url, type Bytes, fromBase64url, sha256, utf8 } from "./bytes.ts";
import { type VerifierKey, isSignedBy } from "./note.ts";

export interface Receipt {
    receipt_id: string;
    pii_principal_id: string;
    language: string;
    privacy_notice: { version: string; sha256: string };
    pii_processing: { purpose: string; purpose_label: string; statement: string }[];
    events: { event_type: string; event_state: string; event_time: string; expression_method?: string }[];
    ledger: { line: string; salt: string; details: string };
}

const header = "avow.receipt/v1";

export async function openReceipt(file: Bytes, key: VerifierKey): Promise<Receipt> {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(file);
    const [first, record, blank, signature, end, ...more] = text.split("\n");
    if (first !== header || !record || blank !== "" || !signature || end !== "" || more.length > 0) {
        throw new Error("this is no receipt");
    }
    if (!(await isSignedBy(key, utf8(`${first}\n${record}\n`), signature))) {
        throw new Error("the receipt is not signed by this ledger's key");
    }
    const receipt = JSON.parse(record) as Receipt;
    const { line, salt, details } = receipt.ledger;
    const commitment = await sha256(utf8("avow/entry/v1\0"), fromBase64url(salt), utf8(details));
    if ((JSON.parse(line) as { c: string }).c !== base64url(commitment)) {
        throw new Error("the receipt's ledger entry does not fit its details");
    }
    return receipt;
}
