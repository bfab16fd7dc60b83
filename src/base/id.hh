// SPDX-License-Identifier: Apache-2.0
// Strong ids: UUIDv7 (RFC 9562 §5.7) inside, spelled with a type prefix and 26 Crockford base32
// characters outside: cus_01j9z3…. Ids sort by the millisecond they were made in.
#pragma once

#include <algorithm>
#include <compare>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hh"
#include "base/random.hh"
#include "base/time.hh"

namespace avow {

ByteArray<16> make_uuid_v7(Time now, Random& random);
std::string spell_id(std::string_view prefix, const ByteArray<16>& uuid);
std::optional<ByteArray<16>> read_id(std::string_view prefix, std::string_view text);

template <typename Tag>
class Id {
  public:
    static Id make(Time now, Random& random) { return Id(make_uuid_v7(now, random)); }
    static std::optional<Id> parse(std::string_view text) {
        const auto uuid = read_id(Tag::prefix, text);
        if (!uuid) return std::nullopt;
        return Id(*uuid);
    }
    // From the 16 bytes of a database column.
    static std::optional<Id> from_bytes(ByteView bytes) {
        if (bytes.size() != 16) return std::nullopt;
        Id id{ByteArray<16>{}};
        std::copy(bytes.begin(), bytes.end(), id.uuid_.begin());
        return id;
    }

    const ByteArray<16>& bytes() const { return uuid_; }
    std::string text() const { return spell_id(Tag::prefix, uuid_); }
    auto operator<=>(const Id&) const = default;

  private:
    explicit Id(ByteArray<16> uuid) : uuid_(uuid) {}
    ByteArray<16> uuid_;
};

struct CustomerTag {
    static constexpr std::string_view prefix = "cus";
};
struct CollectionTag {
    static constexpr std::string_view prefix = "col";
};
struct DatumTag {
    static constexpr std::string_view prefix = "dat";
};
struct EntryTag {
    static constexpr std::string_view prefix = "ent";
};
struct HoldTag {
    static constexpr std::string_view prefix = "hld";
};
struct LetterTag {
    static constexpr std::string_view prefix = "let";
};
struct RequestTag {
    static constexpr std::string_view prefix = "req";
};
struct MessageTag {
    static constexpr std::string_view prefix = "msg";
};
struct QuarantineTag {
    static constexpr std::string_view prefix = "qua";
};
struct SurveyTag {
    static constexpr std::string_view prefix = "srv";
};
struct AnswerTag {
    static constexpr std::string_view prefix = "ans";
};
struct AccountTag {
    static constexpr std::string_view prefix = "acc";
};
struct EmployeeTag {
    static constexpr std::string_view prefix = "emp";
};
struct TokenTag {
    static constexpr std::string_view prefix = "tok";
};

using CustomerId = Id<CustomerTag>;
using CollectionId = Id<CollectionTag>;
using DatumId = Id<DatumTag>;
using EntryId = Id<EntryTag>;
using HoldId = Id<HoldTag>;
using LetterId = Id<LetterTag>;
using RequestId = Id<RequestTag>;
using MessageId = Id<MessageTag>;
using QuarantineId = Id<QuarantineTag>;
using SurveyId = Id<SurveyTag>;
using AnswerId = Id<AnswerTag>;
using AccountId = Id<AccountTag>;
using EmployeeId = Id<EmployeeTag>;
using TokenId = Id<TokenTag>;

}  // namespace avow

template <typename Tag>
struct std::hash<avow::Id<Tag>> {
    std::size_t operator()(const avow::Id<Tag>& id) const {
        // The last eight bytes are random.
        return static_cast<std::size_t>(avow::read_be64(avow::ByteView(id.bytes()).subspan(8)));
    }
};
