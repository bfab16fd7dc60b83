// SPDX-License-Identifier: Apache-2.0
// Makes the list that the program refuses passwords by: of each of zxcvbn-ts's common passwords the
// first eight bytes of its SHA-256, sorted. usage: common_passwords.mjs OUTPUT
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { dictionary } from "@zxcvbn-ts/language-common";

const passwords = dictionary["passwords-common"];
if (!(passwords?.length > 40_000)) throw new Error("the package's list of common passwords is not where it was");
const entries = passwords.map((password) =>
    createHash("sha256").update(password.normalize("NFKC").toLowerCase()).digest().subarray(0, 8).toString("hex"));
const sorted = [...new Set(entries)].sort();
writeFileSync(process.argv[2], Buffer.from(sorted.join(""), "hex"));
