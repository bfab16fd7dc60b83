// SPDX-License-Identifier: Apache-2.0
// SurveyJS in the page: loaded by the pages that show a survey, and by no other.
import { Model, surveyLocalization, type ISurvey } from "survey-core";
import { renderSurvey } from "survey-js-ui";
import "survey-core/i18n/arabic";
import "survey-core/i18n/french";
import "survey-core/i18n/german";
import "survey-core/i18n/japanese";
import "survey-core/survey-core.fontless.min.css";
import "./survey.css";
import { guardMarkup } from "./trusted.ts";

export type Answers = Record<string, unknown>;

export interface Shown {
    stop(): void;
}

export interface Wishes {
    definition: object;
    language: string;
    answers: Answers;
    page: number;
    changed(answers: Answers, page: number): void;
    send(answers: Answers): void; // all of it is right, as far as the browser can tell
}

export function show(place: HTMLElement, wishes: Wishes): Shown {
    guardMarkup();
    const model = new Model(wishes.definition);
    model.locale = wishes.language;
    model.data = wishes.answers;
    model.currentPageNo = wishes.page;
    model.showCompletePage = false;
    model.showTitle = false; // the page has it as its heading
    model.widthMode = "responsive";
    model.focusFirstQuestionAutomatic = false;
    // A text that counts only when its field is left changes the page under the button that is pressed.
    model.textUpdateMode = "onTyping";
    const changed = () => wishes.changed(model.data as Answers, model.currentPageNo);
    model.onValueChanged.add(changed);
    model.onCurrentPageChanged.add(changed);
    // The server has the last word: until it took them, the answers stay on the page.
    model.onCompleting.add((_, options) => {
        options.allow = false;
        wishes.send(model.data as Answers);
    });
    renderSurvey(model as unknown as Model & ISurvey, place);
    return { stop: () => model.dispose() };
}

surveyLocalization.supportedLocales = ["en", "fr", "de", "ja", "ar"];
