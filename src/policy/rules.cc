// SPDX-License-Identifier: Apache-2.0
// What the software does to keep each rule. Customers read these lines beside the promises, so each
// says only what code does.
#include "policy/compile.hh"

namespace avow::policy {

const std::vector<Rule>& rules() {
    static const std::vector<Rule> all{
        {"collection.declared-channel",
         "We take in only the data that this policy names for the way it reaches us; anything else "
         "is turned away."},
        {"storage.encrypted",
         "Every piece of your data is stored encrypted under a key of your own. Erasing you "
         "destroys that key."},
        {"use.stated-purpose",
         "Your data opens only for a purpose that was stated when we collected it. Every use, and "
         "every refusal, is recorded where you can read it."},
        {"use.new-purpose",
         "A new purpose opens nothing until we have written to you about it and the notice period "
         "has passed. Without your permission to write to you, it stays closed."},
        {"contact.permission",
         "A message goes out only to customers whose yes for exactly that purpose stands. A no, or "
         "no answer, takes you off the list before it is made."},
        {"disclosure.legal-process",
         "A disclosure needs a named authority, its reference and the approval of two employees. "
         "It is recorded, and shown to you unless the law seals it for a time."},
        {"password.strength-and-age",
         "Weak passwords are refused when you choose them, and we remind you when yours has grown "
         "old."},
        {"transport.tls",
         "Every page and every call that carries personal data is served over TLS only."},
        {"access.portal",
         "When you sign in you see all the data we hold about you, where it came from, why we have "
         "it and who used it."},
        {"access.profile", "Your profile page shows your contact data and lets you correct it."},
        {"access.by-email",
         "A request that reaches us by email becomes a case with a date by which it must be "
         "answered."},
        {"browsing.anonymous",
         "Page visits are counted without your name, email address or network address, and are "
         "never joined to a customer."},
        {"traffic.browser-and-country",
         "Of each visit we keep the kind of browser and the country. The rest of what the browser "
         "sends is dropped before anything is stored."},
        {"traffic.cookie", "Our cookies hold random numbers only, nothing about you."},
        {"traffic.patterns",
         "Traffic reports show which pages are visited, the paths between them and the time spent, "
         "as counts and never as persons."},
        {"staff.guidelines",
         "An employee who has not acknowledged the current guidelines cannot open your data. An "
         "emergency exception needs a reason and is shown to you."},
        {"policy.versions",
         "Every version of this policy is kept and can be read and compared. Each piece of data "
         "remembers the version under which it was collected."},
    };
    return all;
}

const std::vector<std::string>& safeguards() {
    static const std::vector<std::string> all{"safeguards"};
    return all;
}

}  // namespace avow::policy
