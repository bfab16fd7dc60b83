// SPDX-License-Identifier: Apache-2.0
// What an IMAP server says, in any pieces.
#include <algorithm>
#include <string>

#include "mail/imap.hh"

namespace {

using namespace avow::mail;

constexpr std::size_t kLiterals = 4'096;

std::string spelled(const ImapValue& value, std::size_t depth) {
    if (depth > ImapReader::kDepthMax) __builtin_trap();
    if (value.kind != ImapValue::Kind::list) {
        if (value.kind == ImapValue::Kind::atom && value.text.empty()) __builtin_trap();
        return value.text;
    }
    std::string all = "(";
    for (const auto& item : value.items) all += spelled(item, depth + 1) + " ";
    return all + ")";
}

// All responses; the same whatever the pieces.
std::string heard(std::string_view bytes, std::size_t piece) {
    ImapReader reader(kLiterals);
    std::string all;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        reader.feed(bytes.substr(at, piece));
        while (true) {
            const auto response = reader.next();
            if (!response) return all + "!";
            if (!*response) break;
            all += (*response)->tag + (*response)->status + (*response)->text +
                   ((*response)->is_cut ? "cut" : "");
            for (const auto& value : (*response)->code) all += "[" + spelled(value, 0);
            for (const auto& value : (*response)->values) all += "|" + spelled(value, 0);
            [[maybe_unused]] const auto offers = imap_offers((*response)->values);
        }
    }
    return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::size_t piece = data[0] % 16 + 1;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    if (heard(bytes, piece) != heard(bytes, bytes.size() + 1)) __builtin_trap();
    if (const auto name = imap_folder_name(bytes)) {
        if (name->find_first_of("\r\n") != name->npos) __builtin_trap();
        for (const char c : *name) {
            if (static_cast<unsigned char>(c) >= 0x7f) __builtin_trap();
        }
    }
    return 0;
}
