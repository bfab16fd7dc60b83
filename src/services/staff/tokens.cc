// SPDX-License-Identifier: Apache-2.0
#include "services/staff/tokens.hh"

#include <algorithm>

#include "base/text.hh"
#include "services/staff/staff_schema.hh"
#include "services/staff/telephone_role.hh"
#include "services/statements.hh"

namespace avow::services {
namespace {
constexpr std::size_t kNameMax = 100;  // LIMIT: bytes of a token's name
}

const std::vector<std::string>& roles() {
    static const std::vector<std::string> all{"intake",  "agent",   "marketer", "researcher", "web",
                                              "officer", "auditor", "operator", "admin"};
    return all;
}

const std::vector<std::string>& token_roles() {
    static const auto all = [] {
        auto those = roles();
        those.emplace_back(kTelephoneRole);
        return those;
    }();
    return all;
}

Result<std::unique_ptr<Tokens>> Tokens::create(sql::Connection& store, const Clock& clock,
                                               Random& random) {
    TRY_OK(migrate_staff(store));
    return std::unique_ptr<Tokens>(new Tokens(store, clock, random));
}

Result<NewToken> Tokens::make(std::string_view role, std::string_view name) {
    const auto& known = token_roles();
    if (std::find(known.begin(), known.end(), role) == known.end()) {
        const auto near = nearest(role, known);
        return Error(Code::invalid,
                     "there is no role of that name" + (near ? "; did you mean \"" + *near + "\"?"
                                                             : "; one of " + join(known, ", ")));
    }
    if (trimmed(name).empty() || name.size() > kNameMax || first_invalid_utf8(name)) {
        return Error(Code::invalid,
                     "a token needs a name of 1 to 100 bytes: customers will read it");
    }
    const auto id = TokenId::make(clock_.now(), random_);
    const auto bearer = make_bearer("avow_", random_);
    TRY_OK(store_.write([&](sql::Writer& unit) {
        return unit.execute(statements::insert_token, {ByteView(id.bytes()), ByteView(bearer.hash),
                                                       role, name, clock_.now().ms});
    }));
    return NewToken{id, bearer.text};
}

Result<std::vector<Token>> Tokens::list() {
    std::vector<Token> tokens;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        return reader.query(statements::list_tokens, {}, [&](const sql::Row& row) -> Status {
            const auto id = TokenId::from_bytes(row.blob(0));
            if (!id) return Error(Code::corrupt, "a token has a damaged id");
            tokens.push_back({*id,
                              std::string(row.text(1)),
                              std::string(row.text(2)),
                              {row.integer(3)},
                              row.is_null(4) ? std::nullopt : std::optional(Time{row.integer(4)})});
            return {};
        });
    }));
    return tokens;
}

Status Tokens::revoke(const TokenId& id) {
    std::int64_t revoked = 0;
    TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
        TRY(revoked, unit.run(statements::revoke_token, {ByteView(id.bytes()), clock_.now().ms}));
        return {};
    }));
    const std::lock_guard lock(mutex_);
    ++revocations_;
    known_.clear();
    if (revoked == 0)
        return Error(Code::not_found, "there is no such token, or it was revoked before");
    return {};
}

Result<std::optional<Token>> Tokens::find(std::string_view secret) {
    const auto hash = hash_of_bearer(secret);
    const std::string key(as_text(hash));
    std::uint64_t revocations_before = 0;
    {
        const std::lock_guard lock(mutex_);
        revocations_before = revocations_;
        const auto found = known_.find(key);
        if (found != known_.end()) return std::optional(found->second);
    }
    std::optional<Token> token;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        return reader.query(
            statements::find_token, {ByteView(hash)}, [&](const sql::Row& row) -> Status {
                const auto id = TokenId::from_bytes(row.blob(0));
                if (!id) return Error(Code::corrupt, "a token has a damaged id");
                token = Token{*id, std::string(row.text(1)), std::string(row.text(2)), {}, {}};
                return {};
            });
    }));
    if (token) {
        const std::lock_guard lock(mutex_);
        // One that was revoked while we read it must not be kept.
        if (revocations_ == revocations_before) known_.insert_or_assign(key, *token);
    }
    return token;
}

}  // namespace avow::services
