// SPDX-License-Identifier: Apache-2.0
import "../portal/portal.css";
import "./console.css";
import { mount } from "svelte";
import { addWords, type Catalogue, preferredLanguage, useLanguage } from "../shared/words.svelte.ts";
import english from "../words/en/console.json";
import App from "./App.svelte";

addWords("console", english, import.meta.glob<{ default: Catalogue }>("../words/*/console.json"));
await useLanguage(preferredLanguage());
mount(App, { target: document.getElementById("console")! });
