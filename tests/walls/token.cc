// SPDX-License-Identifier: Apache-2.0
#include "base/personal.hh"

const std::string& read(const avow::Personal<std::string>& datum, const avow::PurposeToken& given) {
#ifdef FORBIDDEN
    const avow::PurposeToken made{};
    return datum.reveal(made);
#else
    return datum.reveal(given);
#endif
}
