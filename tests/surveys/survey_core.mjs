// SPDX-License-Identifier: Apache-2.0
// survey-core as a person uses it in a browser: answers are given one after another, in the order of
// the questions, through what the model says can be pressed or typed; then the survey is sent.
import { createRequire } from "node:module";

const { Model } = createRequire(new URL("../../web/package.json", import.meta.url))("survey-core");

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

class NotInABrowser extends Error {}

function press(question, value) {
    const choice = question.visibleChoices.find((one) => one.value === value);
    if (!choice) throw new NotInABrowser("no such choice");
    if (!choice.isEnabled) throw new NotInABrowser("the choice cannot be pressed");
}

function give(question, value) {
    switch (question.getType()) {
        case "checkbox": {
            const pressed = [];
            for (const one of value) {
                press(question, one);
                if (pressed.includes(one)) throw new NotInABrowser("a second press takes it back");
                pressed.push(one);
                question.value = [...pressed];
            }
            break;
        }
        case "radiogroup":
        case "dropdown":
            press(question, value);
            question.value = value;
            break;
        case "rating":
            if (!question.visibleRateValues.some((one) => one.value === value))
                throw new NotInABrowser("no such rating");
            question.value = value;
            break;
        case "text":
        case "comment":
            if (typeof value === "string" && question.getMaxLength() && value.length > question.getMaxLength())
                throw new NotInABrowser("the field takes no more");
            question.value = value;
            break;
        default:
            question.value = value;
    }
    if (!same(question.value, value)) throw new NotInABrowser("the model holds another value");
}

const nothing = (value) =>
    value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);

// {kept: data} as the browser would send it, or {refused: why}.
export function answerWith(definition, answers) {
    const model = new Model({ ...definition, clearInvisibleValues: "onHidden" });
    try {
        for (const question of model.getAllQuestions()) {
            // Shown by itself and by all that it stands in: what the page renders.
            const value = answers[question.name];
            if (nothing(value) || !question.isVisibleInSurvey) continue;
            give(question, value);
            const comment = answers[question.name + "-Comment"];
            if (!nothing(comment) && question.isOtherSelected) question.otherValue = comment;
        }
    } catch (error) {
        if (error instanceof NotInABrowser) return { refused: error.message };
        throw error;
    }
    if (!model.validate(false)) return { refused: "an answer is not right" };
    model.showCompletePage = false;
    if (!model.tryComplete()) return { refused: "an answer is not right" };
    return { kept: model.data };
}
