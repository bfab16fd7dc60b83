// SPDX-License-Identifier: Apache-2.0
// `avow ledger verify-proof`: one downloaded proof, offline, trusting nothing but the key.
#include <algorithm>
#include <cstdio>

#include <boost/json.hpp>

#include "app/commands.hh"
#include "base/file.hh"
#include "base/json.hh"
#include "ledger/entry.hh"
#include "ledger/proof.hh"

namespace avow::app {
namespace {

namespace bj = boost::json;

constexpr std::size_t kProofMax = 1 << 20;  // LIMIT: bytes of a proof file

std::string text_at(const bj::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    if (value == nullptr || !value->is_string()) return "";
    return std::string(value->get_string());
}

struct Opened {
    std::string entry;    // the leaf's bytes
    std::string details;  // canonical JSON that it commits to
};

// The entry commits to the details, and the tree that was signed holds the entry.
Result<Opened> open(const ledger::Proof& proof, const ledger::VerifierKey& key) {
    const Error damaged(Code::invalid, "the proof's opening is damaged");
    if (proof.extra.empty()) {
        return Error(Code::invalid,
                     "the proof holds no opening: download it while signed in as its customer");
    }
    TRY(const auto extra, json::parse(proof.extra));
    if (!extra.is_object()) return damaged;
    const auto& told = extra.get_object();
    Opened opened{text_at(told, "entry"), text_at(told, "details")};
    ledger::Opening opening{{}, opened.details};
    const auto salt = from_base64url(text_at(told, "salt"));
    if (!salt || salt->size() != opening.salt.size()) return damaged;
    std::ranges::copy(*salt, opening.salt.begin());
    TRY(const auto entry, json::parse(opened.entry));
    if (!entry.is_object()) return damaged;
    if (text_at(entry.get_object(), "c") != ledger::commitment(opening))
        return Error(Code::corrupt, "the entry commits to other details than these");
    TRY_OK(ledger::check_proof(proof, key, opened.entry));
    return opened;
}

}  // namespace

Result<int> verify_proof(const std::filesystem::path& file, const std::string& key, Output output) {
    TRY(const auto verifier, ledger::parse_verifier_key(key));
    TRY(const auto text, read_file(file, kProofMax));
    const auto proof = ledger::parse_proof(text);
    const auto opened = proof ? open(*proof, verifier) : Result<Opened>(proof.error());
    if (!opened) {
        if (output == Output::json) {
            const bj::object told{{"ok", false}, {"detail", opened.error().words().value}};
            std::puts(bj::serialize(told).c_str());
        }
        std::fprintf(stderr, "avow: the proof does not hold: %s\n",
                     opened.error().describe().c_str());
        return kNo;
    }
    TRY(const auto checkpoint, ledger::open_checkpoint(proof->checkpoint, verifier));
    if (output == Output::json) {
        TRY(const auto details, json::parse(opened->details));
        std::puts(bj::serialize(bj::object{{"ok", true},
                                           {"origin", checkpoint.origin},
                                           {"index", proof->index},
                                           {"entries", checkpoint.size},
                                           {"details", details}})
                      .c_str());
        return kDone;
    }
    std::printf("ok: entry %llu of %llu in %s, signed\n%s\n",
                static_cast<unsigned long long>(proof->index + 1),
                static_cast<unsigned long long>(checkpoint.size), checkpoint.origin.c_str(),
                opened->details.c_str());
    return kDone;
}

}  // namespace avow::app
