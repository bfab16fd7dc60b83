// SPDX-License-Identifier: Apache-2.0
#include "ledger/tile.hh"

#include <algorithm>
#include <charconv>

#include "base/text.hh"

namespace avow::ledger {
namespace {

Error no_tile() {
    return {Code::invalid, "this is no tile's path"};
}

// x001/x234/067 for 1234067.
std::string spell_number(std::uint64_t number) {
    std::string text;
    bool last = true;
    do {
        auto group = std::to_string(number % 1000);
        group.insert(0, 3 - group.size(), '0');
        text = (last ? group : "x" + group + "/" + text);
        last = false;
        number /= 1000;
    } while (number != 0);
    return text;
}

std::optional<std::uint64_t> digits(std::string_view text) {
    std::uint64_t value = 0;
    const auto* end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc() || at != end) return std::nullopt;
    return value;
}

}  // namespace

std::string TileName::path() const {
    const auto where = level == kEntriesLevel ? std::string("entries") : std::to_string(level);
    auto text = "tile/" + where + "/" + spell_number(number);
    if (width != kTileWidth) text += ".p/" + std::to_string(width);
    return text;
}

Result<TileName> TileName::parse(std::string_view path) {
    constexpr std::size_t kPathMax = 64;
    auto parts = split(path, '/');
    if (path.size() > kPathMax || parts.size() < 3 || parts[0] != "tile") return no_tile();
    TileName name;
    const auto level = parts[1] == "entries" ? std::optional<std::uint64_t>(0) : digits(parts[1]);
    if (!level || *level > kLevelMax) return no_tile();
    name.level = parts[1] == "entries" ? kEntriesLevel : static_cast<int>(*level);
    if (parts[parts.size() - 2].ends_with(".p")) {
        const auto width = digits(parts.back());
        if (!width || *width == 0 || *width >= kTileWidth) return no_tile();
        name.width = static_cast<std::size_t>(*width);
        parts.pop_back();
        parts.back().remove_suffix(2);
    }
    for (std::size_t i = 2; i < parts.size(); ++i) {
        auto group = parts[i];
        if (group.starts_with('x')) group.remove_prefix(1);
        const auto value = digits(group);
        if (!value || *value > 999 || name.number > UINT64_MAX / 1000 - 1) return no_tile();
        name.number = name.number * 1000 + *value;
    }
    // One spelling for each tile: leading zeros, a stray x or a missing one are refused here.
    if (name.path() != path) return no_tile();
    return name;
}

std::size_t width_in(std::uint64_t size, int level, std::uint64_t number) {
    const auto hashes = level <= 0 ? size : size >> (8 * level);
    if (number > hashes / kTileWidth) return 0;
    return static_cast<std::size_t>(
        std::min<std::uint64_t>(hashes - number * kTileWidth, kTileWidth));
}

Hash subtree_hash(std::span<const Hash> hashes) {
    std::vector<Hash> row(hashes.begin(), hashes.end());
    while (row.size() > 1) {
        for (std::size_t i = 0; i < row.size() / 2; ++i)
            row[i] = node_hash(row[2 * i], row[2 * i + 1]);
        row.resize(row.size() / 2);
    }
    return row[0];
}

std::string encode_hashes(std::span<const Hash> hashes) {
    std::string content;
    content.reserve(hashes.size() * 32);
    for (const auto& hash : hashes) content += as_text(hash);
    return content;
}

Result<std::vector<Hash>> decode_hashes(std::string_view content) {
    if (content.size() % 32 != 0 || content.empty() || content.size() > kTileWidth * 32) {
        return Error(Code::corrupt, "a tile has a wrong size");
    }
    std::vector<Hash> hashes(content.size() / 32);
    for (std::size_t i = 0; i < hashes.size(); ++i) {
        const auto bytes = as_bytes(content.substr(i * 32, 32));
        std::copy(bytes.begin(), bytes.end(), hashes[i].begin());
    }
    return hashes;
}

void append_entry(std::string& bundle, std::string_view entry) {
    bundle += static_cast<char>(entry.size() >> 8);
    bundle += static_cast<char>(entry.size() & 0xff);
    bundle += entry;
}

Result<std::vector<std::string>> decode_entries(std::string_view content) {
    std::vector<std::string> entries;
    while (!content.empty()) {
        if (content.size() < 2) return Error(Code::corrupt, "an entry bundle is cut off");
        const std::size_t size = read_be16(as_bytes(content));
        content.remove_prefix(2);
        if (content.size() < size || entries.size() == kTileWidth) {
            return Error(Code::corrupt, "an entry bundle has a wrong size");
        }
        entries.emplace_back(content.substr(0, size));
        content.remove_prefix(size);
    }
    return entries;
}

Result<std::string> cut_entries(std::string_view content, std::size_t count) {
    TRY(const auto entries, decode_entries(content));
    if (entries.size() < count) return Error(Code::corrupt, "an entry bundle is too short");
    std::string cut;
    for (std::size_t i = 0; i < count; ++i) append_entry(cut, entries[i]);
    return cut;
}

void Edge::put_level(int level, std::vector<Hash> hashes) {
    if (levels_.size() <= static_cast<std::size_t>(level))
        levels_.resize(static_cast<std::size_t>(level) + 1);
    levels_[static_cast<std::size_t>(level)] = std::move(hashes);
}

void Edge::append(const Hash& leaf, const TileSink& sink) {
    Hash hash = leaf;
    ++size_;
    for (std::size_t level = 0;; ++level) {
        if (levels_.size() <= level) levels_.emplace_back();
        auto& hashes = levels_[level];
        hashes.push_back(hash);
        if (hashes.size() < kTileWidth) return;
        const auto number = (size_ >> (8 * (level + 1))) - 1;
        sink(static_cast<int>(level), number, hashes);
        hash = subtree_hash(hashes);
        hashes.clear();
    }
}

Hash Edge::root() const {
    if (size_ == 0) return empty_root();
    // Perfect subtrees from left to right, largest first; folded from the right (RFC 6962 §2.1).
    std::vector<Hash> subtrees;
    for (auto level = levels_.rbegin(); level != levels_.rend(); ++level) {
        std::span<const Hash> rest(*level);
        for (std::size_t width = kTileWidth / 2; width != 0; width /= 2) {
            if ((rest.size() & width) == 0) continue;
            subtrees.push_back(subtree_hash(rest.first(width)));
            rest = rest.subspan(width);
        }
    }
    Hash root = subtrees.back();
    for (auto left = subtrees.rbegin() + 1; left != subtrees.rend(); ++left)
        root = node_hash(*left, root);
    return root;
}

}  // namespace avow::ledger
