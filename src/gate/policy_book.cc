// SPDX-License-Identifier: Apache-2.0
#include "gate/policy_book.hh"

#include <algorithm>

#include <boost/json.hpp>

#include "base/json.hh"
#include "gate/statements.hh"

namespace avow::gate {
namespace {

namespace bj = boost::json;

// File names and contents as one canonical text, so that two publications compare by their bytes.
std::string bundle(std::vector<policy::SourceFile> files) {
    bj::object object;
    for (const auto& file : files) object[file.name] = file.content;
    return json::canonical(object);
}

Result<std::vector<policy::SourceFile>> unbundle(std::string_view text) {
    TRY(const auto value, json::parse(text));
    const auto* object = value.if_object();
    if (object == nullptr) return Error(Code::corrupt, "a stored policy is damaged");
    std::vector<policy::SourceFile> files;
    for (const auto& [name, content] : *object) {
        if (!content.is_string()) return Error(Code::corrupt, "a stored policy is damaged");
        files.push_back({std::string(name), std::string(content.get_string())});
    }
    return files;
}

Error does_not_compile(const policy::Compiled& compiled) {
    Error error(Code::invalid, "the policy does not compile: nothing was published");
    for (const auto& finding : compiled.findings) {
        error = std::move(error).at("/files/" + finding.file, finding.text());
    }
    return error;
}

}  // namespace

Result<std::unique_ptr<PolicyBook>> PolicyBook::create(sql::Connection& store,
                                                       ledger::Ledger& ledger, const Clock& clock,
                                                       Random& random) {
    TRY_OK(store.migrate("gate", {statements::schema_1, statements::schema_2, statements::schema_3,
                                  statements::schema_4}));
    std::unique_ptr<PolicyBook> book(new PolicyBook(store, ledger, clock, random));
    TRY_OK(book->load());
    return book;
}

Status PolicyBook::load() {
    return store_.read([&](sql::Reader& reader) {
        return reader.query(statements::read_policies, {}, [&](const sql::Row& row) -> Status {
            const std::string version(row.text(0));
            const auto entry = EntryId::from_bytes(row.blob(2));
            TRY(const auto files, unbundle(row.text(5)));
            const auto compiled = policy::compile(files);
            if (compiled.policy == nullptr || !entry || row.blob(3).size() != 32 ||
                compiled.policy->version != version) {
                return Error(Code::corrupt,
                             "the stored policy version " + version + " was changed");
            }
            ledger::Opening opening{{}, std::string(row.text(4))};
            std::copy_n(row.blob(3).begin(), 32, opening.salt.begin());
            publications_.push_back({compiled.policy,
                                     {row.integer(1)},
                                     *entry,
                                     std::move(opening),
                                     ledger::text_digest(row.text(5))});
            return {};
        });
    });
}

Status PolicyBook::store(const Publication& publication, const std::string& files) {
    const auto entry = ledger::entry_bytes(ledger::Kind::policy_published, publication.published,
                                           ledger::commitment(publication.opening), std::nullopt);
    TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
        TRY_OK(
            unit.execute(statements::insert_policy,
                         {std::string_view(publication.policy->version), publication.published.ms,
                          ByteView(publication.entry.bytes()), ByteView(publication.opening.salt),
                          std::string_view(publication.opening.details), std::string_view(files)}));
        return ledger_.append(unit, publication.entry, entry);
    }));
    ledger_.notify();
    return {};
}

Result<policy::PolicyPtr> PolicyBook::publish(const std::vector<policy::SourceFile>& files) {
    const auto compiled = policy::compile(files);
    if (compiled.policy == nullptr) return does_not_compile(compiled);
    const auto text = bundle(files);
    const auto digest = ledger::text_digest(text);
    const std::lock_guard lock(mutex_);
    for (const auto& known : publications_) {
        if (known.policy->version != compiled.policy->version) continue;
        if (known.digest == digest) return known.policy;
        return Error(Code::conflict, "policy version " + known.policy->version +
                                         " was published with other words: give the changed text "
                                         "a new version");
    }
    const auto now = clock_.now();
    const auto id = EntryId::make(now, random_);
    const bj::object details{{"entry", id.text()},
                             {"kind", "policy_published"},
                             {"at", rfc3339(now)},
                             {"version", compiled.policy->version},
                             {"digest", digest}};
    Publication publication{
        compiled.policy, now, id, {random_.take<32>(), json::canonical(details)}, digest};
    TRY_OK(store(publication, text));
    publications_.push_back(std::move(publication));
    return compiled.policy;
}

policy::PolicyPtr PolicyBook::in_force() const {
    const std::lock_guard lock(mutex_);
    return publications_.empty() ? nullptr : publications_.back().policy;
}

policy::PolicyPtr PolicyBook::find(std::string_view version) const {
    const std::lock_guard lock(mutex_);
    const auto found = std::find_if(publications_.begin(), publications_.end(),
                                    [&](const auto& p) { return p.policy->version == version; });
    return found == publications_.end() ? nullptr : found->policy;
}

std::vector<Publication> PolicyBook::publications() const {
    const std::lock_guard lock(mutex_);
    return publications_;
}

Result<bool> PolicyBook::is_as_published(const Publication& known, std::string_view files,
                                         const ledger::Opening& opening) const {
    TRY(const auto details, json::parse(opening.details));
    const bool fits = details.is_object() &&
                      details.at("version") == bj::value(known.policy->version) &&
                      details.at("digest") == bj::value(ledger::text_digest(files));
    if (!fits) return false;
    const auto index = ledger_.index_of(known.entry);
    if (!index && index.error().code() == Code::unavailable) return true;  // about to be published
    if (!index) return false;
    TRY(const auto entry, ledger_.entry_at(*index));
    return entry == ledger::entry_bytes(ledger::Kind::policy_published, known.published,
                                        ledger::commitment(opening), std::nullopt);
}

Result<std::vector<std::string>> PolicyBook::find_changed() const {
    std::vector<std::string> changed;
    for (const auto& known : publications()) {
        std::string files;
        ledger::Opening opening{};
        TRY_OK(store_.read([&](sql::Reader& reader) {
            return reader.query(statements::find_policy, {std::string_view(known.policy->version)},
                                [&](const sql::Row& row) -> Status {
                                    if (row.blob(0).size() != opening.salt.size()) return {};
                                    std::copy_n(row.blob(0).begin(), opening.salt.size(),
                                                opening.salt.begin());
                                    opening.details = row.text(1);
                                    files = row.text(2);
                                    return {};
                                });
        }));
        const auto fits = is_as_published(known, files, opening);
        if (!fits || !*fits) changed.push_back(known.policy->version);
    }
    return changed;
}

}  // namespace avow::gate
