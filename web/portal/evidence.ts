// SPDX-License-Identifier: Apache-2.0
// Evidence as the portal itself writes it, in the reader's words; any other as it was written.
import { say } from "../shared/words.svelte.ts";

export function sayEvidence(evidence: string): string {
    if (evidence === "switch on the portal's permissions page") return say("evidence_switch");
    if (evidence === "profile page of the portal") return say("evidence_profile");
    if (evidence.startsWith("sign-up form of the portal")) return say("evidence_sign_up");
    if (evidence === "Sec-GPC: 1") return say("evidence_signal");
    return evidence;
}
