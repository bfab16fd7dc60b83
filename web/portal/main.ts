// SPDX-License-Identifier: Apache-2.0
import "./portal.css";
import { mount } from "svelte";
import { preferredLanguage, useLanguage } from "../shared/words.svelte.ts";
import App from "./App.svelte";

await useLanguage(preferredLanguage());
mount(App, { target: document.getElementById("portal")! });
