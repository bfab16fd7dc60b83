// SPDX-License-Identifier: Apache-2.0
// What letters to employees share: their language's words, who may be written to, and the letter.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "app/house.hh"
#include "services/letters/wording.hh"

namespace avow::app {

class Wording {
  public:
    Wording(const services::Say& say, std::string language)
        : say_(say), language_(std::move(language)) {}
    std::string operator()(const char* id, PhraseArguments arguments = {}) const {
        return say_(language_, Phrase(id, std::move(arguments)));
    }

  private:
    const services::Say& say_;
    const std::string language_;
};

bool has_role(const services::Employee& employee, std::string_view role);
// Null when they left or were never here.
const services::Employee* find_active(const std::vector<services::Employee>& employees,
                                      const EmployeeId& id);
// In the policy in force; empty before there is one.
std::string organization_of(const House& house);
services::Letter letter_to(const House& house, const services::Employee& employee,
                           services::LetterKind kind, services::Worded worded);

}  // namespace avow::app
