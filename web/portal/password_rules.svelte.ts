// SPDX-License-Identifier: Apache-2.0
// What the operator asks of passwords: the standard until the server has said.
import { api } from "../shared/api.ts";
import { type PasswordRules, standardRules } from "../shared/password.ts";

let rules = $state.raw<PasswordRules>(standardRules);
let asked = false;

export function passwordRules(): PasswordRules {
    if (!asked) {
        asked = true;
        // The server says so again where a password does not fit.
        void api.passwordRules().then((told) => (rules = told), () => (asked = false));
    }
    return rules;
}
