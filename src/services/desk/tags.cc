// SPDX-License-Identifier: Apache-2.0
#include "services/desk/tags.hh"

#include <algorithm>

#include "base/text.hh"
#include "services/statements.hh"

namespace avow::services {
namespace {

Result<std::vector<std::string>> read_tags(sql::Reader& reader) {
    std::vector<std::string> tags;
    TRY_OK(reader.query(statements::list_desk_tags, {}, [&](const sql::Row& row) -> Status {
        tags.emplace_back(row.text(0));
        return {};
    }));
    return tags;
}

bool has(std::span<const std::string> tags, std::string_view tag) {
    return std::find(tags.begin(), tags.end(), tag) != tags.end();
}

}  // namespace

Result<std::vector<std::string>> DeskTags::list() {
    std::vector<std::string> tags;
    TRY_OK(store_.read([&](sql::Reader& reader) -> Status {
        TRY(tags, read_tags(reader));
        return {};
    }));
    return tags;
}

Result<std::string> DeskTags::make(std::string_view word) {
    const Error wrong(Code::invalid, "the tag is not right");
    if (first_invalid_utf8(word)) return Error(wrong).at("/tag", "not valid UTF-8");
    auto tag = fold(trimmed(word));
    if (tag.empty() || tag.size() > kTagMax) {
        return Error(wrong).at("/tag", "1 to " + std::to_string(kTagMax) + " bytes are wanted");
    }
    // Signs of the row and of its pattern, and what ends a segment of an address.
    const bool sign = std::any_of(tag.begin(), tag.end(), [](char c) {
        const auto u = static_cast<unsigned char>(c);
        return u < 0x20 || u == 0x7f ||
               std::string_view("|%_\\/@").find(c) != std::string_view::npos;
    });
    if (sign) return Error(wrong).at("/tag", "a word without | % _ \\ / @ is wanted");
    TRY(const auto before, list());
    if (before.size() >= kTagsMax && !has(before, tag)) {
        return Error(Code::conflict,
                     "there are " + std::to_string(kTagsMax) + " tags: remove one first");
    }
    TRY_OK(store_.write([&](sql::Writer& unit) {
        return unit.execute(statements::insert_desk_tag, {std::string_view(tag), clock_.now().ms});
    }));
    return tag;
}

Status DeskTags::remove(std::string_view word) {
    return store_.write([&](sql::Writer& unit) -> Status {
        TRY(const auto rows, unit.run(statements::delete_desk_tag, {word}));
        if (rows == 1) return {};
        return Error(Code::not_found, "there is no such tag");
    });
}

Status check_tags(sql::Reader& reader, std::span<const std::string> tags,
                  std::span<const std::string> before) {
    Error wrong(Code::invalid, "the change is not right");
    if (tags.size() > kTagsOnRequest) {
        return std::move(wrong).at("/tags",
                                   "at most " + std::to_string(kTagsOnRequest) + " are taken");
    }
    TRY(const auto known, read_tags(reader));
    for (std::size_t i = 0; i < tags.size(); ++i) {
        if (has(known, tags[i]) || has(before, tags[i])) continue;
        wrong = std::move(wrong).at("/tags/" + std::to_string(i), "is no tag of the house's list");
    }
    if (wrong.inputs().empty()) return {};
    return wrong;
}

std::string row_of_tags(std::vector<std::string> tags) {
    std::sort(tags.begin(), tags.end());
    tags.erase(std::unique(tags.begin(), tags.end()), tags.end());
    std::string row;
    for (const auto& tag : tags) row += (row.empty() ? "|" : "") + tag + "|";
    return row;
}

std::vector<std::string> tags_of(std::string_view row) {
    std::vector<std::string> tags;
    for (const auto tag : split(row, '|')) {
        if (!tag.empty()) tags.emplace_back(tag);
    }
    return tags;
}

}  // namespace avow::services
