// SPDX-License-Identifier: Apache-2.0
#include "ledger/proof.hh"

#include <charconv>

namespace avow::ledger {
namespace {

constexpr std::string_view kHeader = "c2sp.org/tlog-proof@v1\n";
constexpr std::size_t kHashesMax = 63;  // LIMIT: of a tree of 2^63 leaves

// Takes the text up to the next line break, and the break.
std::optional<std::string_view> take_line(std::string_view& text) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const auto line = text.substr(0, end);
    text.remove_prefix(end + 1);
    return line;
}

}  // namespace

std::string spell(const Proof& proof) {
    std::string text(kHeader);
    if (!proof.extra.empty()) text += "extra " + base64(as_bytes(proof.extra)) + "\n";
    text += "index " + std::to_string(proof.index) + "\n";
    for (const auto& hash : proof.hashes) text += base64(hash) + "\n";
    return text + "\n" + proof.checkpoint;
}

Result<Proof> parse_proof(std::string_view text) {
    const Error wrong(Code::invalid, "this is no tlog-proof");
    if (!text.starts_with(kHeader)) return wrong;
    text.remove_prefix(kHeader.size());
    Proof proof;
    auto line = take_line(text);
    if (line && line->starts_with("extra ")) {
        const auto extra = from_base64(line->substr(6));
        if (!extra) return wrong;
        proof.extra = as_text(*extra);
        line = take_line(text);
    }
    if (!line || !line->starts_with("index ") || line->size() < 7) return wrong;
    const auto* end = line->data() + line->size();
    const auto [at, error] = std::from_chars(line->data() + 6, end, proof.index);
    if (error != std::errc() || at != end) return wrong;
    while ((line = take_line(text)) && !line->empty()) {
        const auto hash = from_base64(*line);
        if (!hash || hash->size() != 32 || proof.hashes.size() == kHashesMax) return wrong;
        std::copy(hash->begin(), hash->end(), proof.hashes.emplace_back().begin());
    }
    if (!line) return wrong;
    proof.checkpoint = text;
    return proof;
}

Status check_proof(const Proof& proof, const VerifierKey& key, std::string_view entry) {
    TRY(const auto checkpoint, open_checkpoint(proof.checkpoint, key));
    return check_inclusion(proof.index, checkpoint.size, leaf_hash(as_bytes(entry)), proof.hashes,
                           checkpoint.root);
}

}  // namespace avow::ledger
