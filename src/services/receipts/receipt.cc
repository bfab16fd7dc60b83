// SPDX-License-Identifier: Apache-2.0
#include "services/receipts/receipt.hh"

#include <algorithm>

#include <boost/json.hpp>

#include "base/json.hh"
#include "base/text.hh"
#include "services/receipts/compose.hh"

namespace avow::services {
namespace {

namespace bj = boost::json;

std::string text_at(const bj::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    if (value == nullptr || !value->is_string()) return "";
    return std::string(value->get_string());
}

// The entry that is told commits to the details that are told.
Status check_commitment(const bj::object& ledger) {
    const Error damaged(Code::corrupt, "the receipt's ledger entry does not fit its details");
    const auto salt = from_base64url(text_at(ledger, "salt"));
    ledger::Opening opening{{}, text_at(ledger, "details")};
    if (!salt || salt->size() != opening.salt.size()) return damaged;
    std::ranges::copy(*salt, opening.salt.begin());
    const auto line = json::parse(text_at(ledger, "line"));
    if (!line || !line->is_object()) return damaged;
    if (text_at(line->get_object(), "c") != ledger::commitment(opening)) return damaged;
    return {};
}

}  // namespace

bool has_receipt(ledger::Kind kind) {
    return kind == ledger::Kind::permitted || kind == ledger::Kind::withdrawn ||
           kind == ledger::Kind::collected;
}

Result<std::string> receipt_of(gate::Gate& gate, const ledger::Ledger& ledger,
                               const CustomerId& customer, const EntryId& entry) {
    TRY(const auto opening, gate.opening(customer, entry));
    TRY(const auto opened, json::parse(opening.reveal(gate.own_data_token())));
    TRY(const auto details, json::parse(text_at(opened.as_object(), "details")));
    const auto& told = details.as_object();
    const auto kind = ledger::kind_from(text_at(told, "kind"));
    if (!kind || !has_receipt(*kind))
        return Error(Code::not_found, "of this entry there is no receipt");
    const auto policy = gate.policies().find(text_at(told, "policy"));
    if (policy == nullptr)
        return Error(Code::corrupt, "an entry names a policy version that is not there");
    auto record = compose_receipt(*policy, customer, told);
    record["ledger"] = {{"line", opened.at("entry")},
                        {"salt", opened.at("salt")},
                        {"details", opened.at("details")}};
    return ledger.sign_statement(kReceiptHeader, json::canonical(record));
}

Result<bj::object> open_receipt(std::string_view receipt, const ledger::VerifierKey& key) {
    if (receipt.size() > kReceiptMax) return Error(Code::invalid, "this is no receipt: too long");
    TRY(const auto body, ledger::open_note(receipt, key));
    const auto lines = split(body, '\n');
    if (lines.size() != 3 || lines[0] != kReceiptHeader || !lines[2].empty()) {
        return Error(Code::invalid,
                     "this is signed and no receipt: it does not begin with avow.receipt/v1");
    }
    TRY(auto record, json::parse(lines[1]));
    const auto* told = record.if_object();
    const auto* entry = told != nullptr ? told->if_contains("ledger") : nullptr;
    if (entry == nullptr || !entry->is_object())
        return Error(Code::invalid, "the receipt names no entry of the ledger");
    TRY_OK(check_commitment(entry->get_object()));
    return std::move(record.as_object());
}

}  // namespace avow::services
