// SPDX-License-Identifier: Apache-2.0
// Help with choosing a password: what is enforced, what is advice, and a suggestion. The server also
// refuses what is guessed first, by a list that stays there; letters and numbers are what the policy advises.
export interface PasswordRules {
    length_min: number;
    letters_and_numbers: boolean;
    former: number; // so many of one's last passwords are refused
    max_age_days: number;
}
export const standardRules: PasswordRules = { length_min: 12, letters_and_numbers: false, former: 0, max_age_days: 0 };
export const passwordMax = 128;

export interface Check {
    id: "password_length" | "password_letters" | "password_numbers" | "password_not_address";
    enforced: boolean;
    holds: boolean;
}

export function checksOf(password: string, email: string, rules = standardRules): Check[] {
    const length = [...password].length;
    return [
        { id: "password_length", enforced: true, holds: length >= rules.length_min && length <= passwordMax },
        {
            id: "password_not_address",
            enforced: true,
            holds: password !== "" && password.toLowerCase() !== email.trim().toLowerCase(),
        },
        { id: "password_letters", enforced: rules.letters_and_numbers, holds: /\p{L}/u.test(password) },
        { id: "password_numbers", enforced: rules.letters_and_numbers, holds: /\p{N}/u.test(password) },
    ];
}

// What to say of a password that the server refused: what the list shows, or else that it is guessed
// first, which only the server's list knows.
export function wrongPassword(password: string, email: string, rules = standardRules): "wrong_password" | "password_guessed" | "password_guessed_or_former" {
    const open = checksOf(password, email, rules).some((check) => check.enforced && !check.holds);
    return open ? "wrong_password" : rules.former > 0 ? "password_guessed_or_former" : "password_guessed";
}

// Letters and digits that are not taken for each other; 20 of 32 signs are 100 bits.
const signs = "abcdefghjkmnpqrstuvwxyz23456789A";

export function suggestPassword(random: (bytes: Uint8Array<ArrayBuffer>) => void = crypto.getRandomValues.bind(crypto)): string {
    for (;;) {
        const bytes = new Uint8Array(20);
        random(bytes);
        const text = Array.from(bytes, (byte) => signs[byte % signs.length]).join("");
        const grouped = text.match(/.{5}/g)!.join("-");
        if (checksOf(grouped, "").every((check) => check.holds)) return grouped;
    }
}
