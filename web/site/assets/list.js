// SPDX-License-Identifier: Apache-2.0
// The link's secret stands in the fragment, which no server sees: it goes into the form, and out of
// the address bar and the history. Without this script people paste the link themselves.
const field = document.getElementById("link");
if (location.hash.length > 1) {
    field.value = location.hash.slice(1);
    history.replaceState(null, "", location.pathname + location.search);
    document.querySelector(".form button").focus();
}
