// SPDX-License-Identifier: Apache-2.0
// Letters that invite a customer to the survey that is asked after a request.
//
// Promises: nobody is invited but who permits it, by the gate's decision of that moment, whose
// address may be written to, and who was not asked, answered or declined a survey within the rest;
// that somebody was invited and the letter are rows of one unit. The letter names the purpose that
// it rests on, so that the gate decides once more when it is sent. Thread-safe.
// Source: decisions 0164 and 0165.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "services/letters/letters.hh"
#include "services/survey/survey.hh"

namespace avow::services {

// What an invitation comes to. Looked at in this order, so that of whoever does not permit it
// nothing beyond that is told.
enum class Inviting {
    asked,
    no_survey,      // none that is open is asked after requests
    no_permission,  // or an objection
    no_address,     // that is held, was shown to be theirs and takes our letters
    no_account,     // of a survey that is answered in the portal alone
    answered,       // or declined
    resting,
};
std::string_view name_of(Inviting invited);

class Invitations {
  public:
    Invitations(Surveys& surveys, gate::Gate& gate, Letters& letters, const Clock& clock)
        : surveys_(surveys), gate_(gate), letters_(letters), clock_(clock) {}

    // What invite() would come to now. Writes nothing.
    Result<Inviting> look(sql::Reader& reader, const CustomerId& customer);
    // In the unit that calls a request done. The letter is the caller's to notify() of.
    Result<Inviting> invite(sql::Writer& unit, const CustomerId& customer);

  private:
    struct Weighed;
    Result<Weighed> weigh(sql::Reader& reader, const CustomerId& customer);

    Surveys& surveys_;
    gate::Gate& gate_;
    Letters& letters_;
    const Clock& clock_;
};

}  // namespace avow::services
