// SPDX-License-Identifier: Apache-2.0
// What an agent reads when a call fails.
#include "base/log.hh"
#include "services/drp/drp.hh"

namespace avow::services::drp {

Fault fault_of(Refusal refusal) {
    switch (refusal) {
        case Refusal::too_large:
            return {413, "The message is too large.", true};
        case Refusal::not_base64:
            return {400, "The message is no base64.", true};
        case Refusal::bad_signature:
            return {403, "The signature is not that of your key.", true};
        case Refusal::not_json:
            return {400, "What is signed is no JSON object.", true};
        case Refusal::other_agent:
            return {403, "agent-id is not the agent of this token.", true};
        case Refusal::other_business:
            return {403, "business-id is not us.", true};
        case Refusal::issued_in_future:
            return {400, "issued-at is missing, or is not before now.", false};
        case Refusal::expired:
            return {400, "expires-at is missing, or is not after now.", true};
        case Refusal::window_too_long:
            return {400, "From issued-at to expires-at is more than 15 minutes.", true};
        case Refusal::replayed:
            return {409, "This message was taken before: sign a new one.", true};
    }
    return {500, "A fault of ours.", false};
}

Fault fault_of(const Error& error) {
    if (error.cause().value == "replayed") return fault_of(Refusal::replayed);
    switch (error.code()) {
        case Code::invalid:
            return {400, error.words().value, true};
        case Code::denied:
            return {403, error.words().value, true};
        case Code::not_found:
            return {404, error.words().value, true};
        case Code::conflict:
            return {409, error.words().value, false};
        case Code::too_large:
            return {413, error.words().value, true};
        case Code::too_often:
            return {429, error.words().value, false};
        case Code::unavailable:
        case Code::corrupt:
        case Code::internal:
            break;
    }
    log::error("drp_failed", {{"code", name_of(error.code())}, {"cause", error.describe()}});
    if (error.code() == Code::unavailable) return {503, "Not available now.", false};
    return {500, "A fault of ours.", false};
}

}  // namespace avow::services::drp
