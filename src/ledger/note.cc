// SPDX-License-Identifier: Apache-2.0
#include "ledger/note.hh"

#include <algorithm>
#include <charconv>

#include "base/text.hh"

namespace avow::ledger {
namespace {

constexpr std::string_view kSignatureMark = "\xe2\x80\x94 ";  // em dash and a space
constexpr std::uint8_t kEd25519 = 0x01;
constexpr std::size_t kNoteMax = 64 * 1024;  // LIMIT: bytes of a note we read

// SHA-256(name ‖ "\n" ‖ 0x01 ‖ key)[:4]
ByteArray<4> key_id(const VerifierKey& key) {
    Bytes text = to_bytes(as_bytes(key.name));
    text.push_back('\n');
    text.push_back(kEd25519);
    text.insert(text.end(), key.key.begin(), key.key.end());
    const auto hash = crypto::sha256(text);
    return {hash[0], hash[1], hash[2], hash[3]};
}

Error no_note() {
    return {Code::invalid, "this is no signed checkpoint"};
}

// Canonical decimal: digits without leading zeros.
std::optional<std::uint64_t> decimal(std::string_view text) {
    std::uint64_t value = 0;
    const auto* end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc() || at != end || (text.size() > 1 && text[0] == '0'))
        return std::nullopt;
    return value;
}

bool has_signature(std::string_view lines, std::string_view body, const VerifierKey& key) {
    const auto id = key_id(key);
    for (auto line : split(lines, '\n')) {
        if (!line.starts_with(kSignatureMark)) continue;
        line.remove_prefix(kSignatureMark.size());
        const auto space = line.find(' ');
        if (space == std::string_view::npos || line.substr(0, space) != key.name) continue;
        const auto bytes = from_base64(line.substr(space + 1));
        if (!bytes || bytes->size() != 4 + 64 || !std::equal(id.begin(), id.end(), bytes->begin()))
            continue;
        if (crypto::verify(key.key, as_bytes(body), ByteView(*bytes).subspan(4))) return true;
    }
    return false;
}

}  // namespace

Result<VerifierKey> parse_verifier_key(std::string_view text) {
    const Error wrong(Code::invalid, "this is no verifier key: name+hash+key is wanted");
    text = trimmed(text);
    const auto first = text.find('+');
    const auto second = first == std::string_view::npos ? first : text.find('+', first + 1);
    if (second == std::string_view::npos) return wrong;
    const auto hash = from_hex(text.substr(first + 1, second - first - 1));
    const auto bytes = from_base64(text.substr(second + 1));
    if (!hash || hash->size() != 4 || !bytes || bytes->size() != 33 || (*bytes)[0] != kEd25519)
        return wrong;
    VerifierKey key{std::string(text.substr(0, first)), {}};
    std::copy(bytes->begin() + 1, bytes->end(), key.key.begin());
    const auto id = key_id(key);
    if (key.name.empty() || !std::equal(id.begin(), id.end(), hash->begin())) return wrong;
    return key;
}

std::string spell(const VerifierKey& key) {
    Bytes typed{kEd25519};
    typed.insert(typed.end(), key.key.begin(), key.key.end());
    return key.name + "+" + hex(key_id(key)) + "+" + base64(typed);
}

std::string sign_checkpoint(const CheckpointText& checkpoint, std::string_view name,
                            const crypto::SigningKey& key) {
    return sign_note(checkpoint.origin + "\n" + std::to_string(checkpoint.size) + "\n" +
                         base64(checkpoint.root) + "\n",
                     name, key);
}

std::string sign_note(std::string_view body, std::string_view name, const crypto::SigningKey& key) {
    const auto signature = key.sign(as_bytes(body));
    const auto id = key_id({std::string(name), key.public_key()});
    Bytes typed(id.begin(), id.end());
    typed.insert(typed.end(), signature.begin(), signature.end());
    return std::string(body) + "\n" + std::string(kSignatureMark) + std::string(name) + " " +
           base64(typed) + "\n";
}

Result<std::string_view> open_note(std::string_view note, const VerifierKey& key) {
    const Error none(Code::invalid, "this is no signed note");
    if (note.size() > kNoteMax || first_invalid_utf8(note)) return none;
    const auto end = note.rfind("\n\n");
    if (end == std::string_view::npos || !note.ends_with('\n')) return none;
    const auto lines = note.substr(end + 2);
    if (std::count(lines.begin(), lines.end(), '\n') != 1) return none;
    const auto body = note.substr(0, end + 1);
    if (!has_signature(lines, body, key))
        return Error(Code::corrupt, "the note is not signed by this key");
    return body;
}

Result<CheckpointText> open_checkpoint(std::string_view note, const VerifierKey& key) {
    if (note.size() > kNoteMax || first_invalid_utf8(note)) return no_note();
    const auto end = note.rfind("\n\n");
    if (end == std::string_view::npos || !note.ends_with('\n')) return no_note();
    const auto body = note.substr(0, end + 1);
    const auto lines = split(body, '\n');
    if (lines.size() < 4 || lines[0].empty()) return no_note();
    const auto size = decimal(lines[1]);
    const auto root = from_base64(lines[2]);
    if (!size || !root || root->size() != 32) return no_note();
    if (!has_signature(note.substr(end + 2), body, key)) {
        return Error(Code::corrupt, "the checkpoint is not signed by this key");
    }
    CheckpointText checkpoint{std::string(lines[0]), *size, {}};
    std::copy(root->begin(), root->end(), checkpoint.root.begin());
    return checkpoint;
}

Result<CheckpointText> open_own_checkpoint(std::string_view note, const VerifierKey& key) {
    auto opened = open_checkpoint(note, key);
    if (opened || opened.error().code() == Code::corrupt) return opened;
    return Error(Code::corrupt, "the ledger's own checkpoint was changed")
        .caused_by(opened.error().describe());
}

}  // namespace avow::ledger
