// SPDX-License-Identifier: Apache-2.0
// The server keeps exactly what survey-core hands over, and refuses exactly what survey-core does:
// on generated definitions and answers, of a seed that is told. `agreement.mjs CHECKER CASES [SEED]`.
import { execFileSync } from "node:child_process";

import { answers, definition, dice } from "./generate.mjs";
import { answerWith } from "./survey_core.mjs";

const [checker, wanted = "500", seed = String(Date.now() % 1_000_000)] = process.argv.slice(2);
const perDefinition = 10;
const d = dice(Number(seed));
const cases = [];
while (cases.length * perDefinition < Number(wanted)) {
    const [made, questions] = definition(d);
    cases.push({ definition: made, answers: Array.from({ length: perDefinition }, () => answers(d, questions)) });
}
const input = cases.map((one) => JSON.stringify(one)).join("\n") + "\n";
const lines = execFileSync(checker, { input, maxBuffer: 1 << 30 }).toString().trim().split("\n");

const sorted = (value) =>
    Array.isArray(value) || value === null || typeof value !== "object"
        ? value
        : Object.fromEntries(Object.keys(value).sort().map((key) => [key, value[key]]));
let compared = 0;
let kept = 0;
const apart = [];
cases.forEach((one, index) => {
    const told = JSON.parse(lines[index]);
    if (told.refused) {
        apart.push({ definition: one.definition, refused: told.refused });
        return;
    }
    one.answers.forEach((given, at) => {
        const theirs = answerWith(one.definition, given);
        const ours = told.answers[at];
        ++compared;
        if (theirs.kept && ours.kept) ++kept;
        const agree = Boolean(theirs.kept) === Boolean(ours.kept) && JSON.stringify(sorted(theirs.kept ?? null)) === JSON.stringify(sorted(ours.kept ?? null));
        if (!agree) apart.push({ definition: one.definition, given, theirs, ours });
    });
});
for (const one of apart.slice(0, 3)) console.log(JSON.stringify(one, null, 1));
console.log(`agreement: ${compared} cases of seed ${seed}, ${kept} kept by both, ${apart.length} apart`);
// Half and half or so: a generator that makes one kind alone would show nothing.
const fair = kept > compared / 10 && kept < (compared * 9) / 10;
process.exit(apart.length === 0 && compared >= Number(wanted) && fair ? 0 : 1);
