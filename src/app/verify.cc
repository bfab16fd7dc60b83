// SPDX-License-Identifier: Apache-2.0
// `avow ledger verify`: from scratch, trusting nothing but the key.
#include "ledger/verify.hh"

#include <cstdio>

#include <boost/json.hpp>

#include "app/commands.hh"
#include "app/house.hh"
#include "app/https_call.hh"

namespace avow::app {
namespace {

namespace bj = boost::json;

void tell(const ledger::Verified& verified, const gate::Gate::Audit* audit, Output output) {
    if (output == Output::json) {
        bj::object told{{"ok", true},
                        {"origin", verified.origin},
                        {"entries", verified.size},
                        {"root", base64(verified.root)}};
        if (audit != nullptr) {
            told["customers"] = audit->customers;
            told["values"] = audit->values;
            told["acts"] = audit->acts;
            told["pending"] = audit->pending;
        }
        std::puts(bj::serialize(told).c_str());
        return;
    }
    std::printf("ok: %s, %llu entries, root %s\n", verified.origin.c_str(),
                static_cast<unsigned long long>(verified.size), base64(verified.root).c_str());
    if (audit == nullptr) return;
    std::printf("ok: %llu customers, %llu sealed values, %llu acts, every one in the ledger\n",
                static_cast<unsigned long long>(audit->customers),
                static_cast<unsigned long long>(audit->values),
                static_cast<unsigned long long>(audit->acts));
}

int refuse(const Error& error, Output output) {
    if (output == Output::json) {
        std::puts(
            bj::serialize(bj::object{{"ok", false}, {"detail", error.words().value}}).c_str());
    }
    std::fprintf(stderr, "avow: the ledger does not verify: %s\n", error.describe().c_str());
    return kNo;
}

}  // namespace

Result<int> verify_data(const std::filesystem::path& data, const std::string& key, Output output) {
    TRY(const auto configuration, read_configuration(data, {}));
    auto opened = House::create(configuration, Opening::must_exist);
    if (!opened && opened.error().code() == Code::corrupt) return refuse(opened.error(), output);
    TRY(const auto house, std::move(opened));
    TRY_OK(house->ledger->flush());
    std::vector<ledger::Hash> leaves;
    ledger::VerifyOptions options{key.empty() ? house->ledger->verifier_key() : key, {}, {}};
    options.on_entry = [&](std::uint64_t, std::string_view entry) -> Status {
        leaves.push_back(ledger::leaf_hash(as_bytes(entry)));
        return {};
    };
    const auto fetch = house->store->is_shared() ? ledger::fetch_from(*house->ledger)
                                                 : ledger::fetch_from_folder(data / "ledger");
    const auto verified = ledger::verify(fetch, options);
    if (!verified) return refuse(verified.error(), output);
    const auto leaf_at = [&](std::uint64_t index) {
        return index < leaves.size() ? std::optional(leaves[index]) : std::nullopt;
    };
    const auto audit = house->gate->audit(leaf_at, [](std::uint64_t customers) {
        std::fprintf(stderr, "\r%llu customers checked",
                     static_cast<unsigned long long>(customers));
    });
    std::fputs("\n", stderr);
    if (!audit) return refuse(audit.error(), output);
    tell(*verified, &*audit, output);
    return kDone;
}

Result<int> verify_url(const std::string& url, const std::string& key,
                       const std::filesystem::path& ca, Output output) {
    TRY(auto place, parse_https(url));
    while (place.path.ends_with('/')) place.path.pop_back();
    TRY(const auto caller, HttpsCaller::create(ca));
    // One connection a fetch: verification is bound by hashing and patience, not by handshakes.
    const ledger::Fetch fetch = [&](std::string_view path) -> Result<std::string> {
        TRY(auto answer, caller->call(place, {"GET", "/" + std::string(path)}));
        if (answer.status == 200) return std::move(answer.body);
        return Error(Code::not_found, "the server answers " + std::to_string(answer.status));
    };
    ledger::VerifyOptions options{key, {}, {}};
    if (key.empty()) {
        TRY(options.verifier_key, fetch("key"));
        std::fputs("avow: no --key was given: the key was taken from the server itself\n", stderr);
    }
    const auto verified = ledger::verify(fetch, options);
    if (!verified) return refuse(verified.error(), output);
    tell(*verified, nullptr, output);
    return kDone;
}

}  // namespace avow::app
