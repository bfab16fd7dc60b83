// SPDX-License-Identifier: Apache-2.0
#include "services/rights/rights.hh"

#include <boost/json.hpp>

#include "base/fault.hh"
#include "services/rights/overtaken.hh"
#include "services/statements.hh"

namespace avow::services {
namespace {

namespace bj = boost::json;

Error no_such_right() {
    return {Code::not_found, "there is no such request under the policy"};
}

Result<Right> read_right(const sql::Row& row) {
    const auto customer = CustomerId::from_bytes(row.blob(0));
    const auto id = RightId::from_bytes(row.blob(1));
    const auto kind = right_kind_from(row.text(2));
    const auto regime = right_regime_from(row.text(5));
    const auto state = right_state_from(row.text(6));
    if (!customer || !id || !kind || !regime || !state)
        return Error(Code::corrupt, "the row of a request under the policy is damaged");
    return Right{*customer,
                 *id,
                 *kind,
                 std::string(row.text(3)),
                 RequestId::from_bytes(row.blob(4)),
                 *regime,
                 *state,
                 std::string(row.text(7)),
                 std::string(row.text(8)),
                 {row.integer(9)},
                 {row.integer(10)},
                 std::string(row.text(11)),
                 std::string(row.text(12)),
                 std::string(row.text(13)),
                 ExportId::from_bytes(row.blob(14)),
                 row.integer(15),
                 {row.integer(16)},
                 {row.integer(17)},
                 {row.integer(18)},
                 row.integer(19),
                 to_bytes(row.blob(20))};
}

RightId after_all() {
    ByteArray<16> last;
    last.fill(0xff);
    return *RightId::from_bytes(last);
}

gate::Actor own_hand() {
    return {gate::Actor::Kind::customer, "customer", "", false, false};
}

}  // namespace

Result<std::unique_ptr<Rights>> Rights::create(sql::Connection& store, gate::Gate& gate,
                                               Accounts& accounts, Desk& desk, Letters& letters,
                                               Exports& exports, const Clock& clock,
                                               Random& random) {
    TRY_OK(store.migrate("rights", {statements::rights_schema_1}));
    std::unique_ptr<Rights> rights(
        new Rights(store, gate, accounts, desk, letters, exports, clock, random));
    rights->go_with_the_customer();
    auto& mine = *rights;
    // A mail that says what it is: in the transaction that keeps it.
    desk.when_right_is_asked([&mine](sql::Writer& unit, const CustomerId& customer,
                                     const RequestId& request, std::string_view named) -> Status {
        const auto kind = right_kind_from(named);
        if (!kind) return {};
        TRY(const bool open, mine.has_open(unit, customer, *kind));
        if (open) return {};
        auto right = mine.fresh(customer, *kind, "email", "en");
        right.request = request;
        return mine.insert(unit, right);
    });
    return rights;
}

// Whoever is erased asks for nothing any more; and what an erasure was to do is done with it, in
// its own transaction. Closing an account is not that.
void Rights::go_with_the_customer() {
    const auto count = [](sql::Reader&, const CustomerId&) -> Result<std::int64_t> { return 0; };
    const auto remove = [this](sql::Writer& unit, const CustomerId& customer) -> Status {
        const auto now = clock_.now();
        return unit.execute(
            statements::close_rights_of_customer,
            {ByteView(customer.bytes()), now.ms + kRightsKeptMs, now.ms, ByteView()});
    };
    gate::Companion companion{"rights", count, remove, [](const CustomerId&) {}};
    companion.outlives_account = true;
    gate_.accompany(std::move(companion));
}

void Rights::on_notify(std::function<void()> wake) {
    const std::lock_guard lock(mutex_);
    wake_ = std::move(wake);
}

void Rights::notify() {
    const std::lock_guard lock(mutex_);
    if (wake_) wake_();
}

Result<Right> Rights::find(const CustomerId& customer, const RightId& id) {
    std::optional<Right> found;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        return reader.query(statements::find_right,
                            {ByteView(customer.bytes()), ByteView(id.bytes())},
                            [&](const sql::Row& row) -> Status {
                                TRY(found, read_right(row));
                                return {};
                            });
    }));
    if (!found) return no_such_right();
    return std::move(*found);
}

Result<Right> Rights::get(const RightId& id) {
    std::optional<CustomerId> owner;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        return reader.query(statements::find_right_owner, {ByteView(id.bytes())},
                            [&](const sql::Row& row) -> Status {
                                owner = CustomerId::from_bytes(row.blob(0));
                                return {};
                            });
    }));
    if (!owner) return no_such_right();
    return find(*owner, id);
}

Result<Right> Rights::own(const CustomerId& customer, const RightId& id) {
    return find(customer, id);
}

Result<std::vector<Right>> Rights::own(const CustomerId& customer) {
    std::vector<Right> rights;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        rights.clear();
        return reader.query(statements::read_rights_of_customer, {ByteView(customer.bytes())},
                            [&](const sql::Row& row) -> Status {
                                TRY(auto one, read_right(row));
                                rights.push_back(std::move(one));
                                return {};
                            });
    }));
    return rights;
}

Result<std::vector<Right>> Rights::list(const Question& question) {
    std::vector<Right> rights;
    const auto state = question.state ? name_of(*question.state) : std::string_view("*");
    const auto before = question.before.value_or(after_all());
    TRY_OK(store_.read([&](sql::Reader& reader) {
        rights.clear();
        return reader.query(statements::read_rights,
                            {state, std::int64_t{question.unfinished}, ByteView(before.bytes()),
                             std::int64_t{question.limit}},
                            [&](const sql::Row& row) -> Status {
                                TRY(auto one, read_right(row));
                                rights.push_back(std::move(one));
                                return {};
                            });
    }));
    return rights;
}

Result<Rights::Counts> Rights::counts() {
    Counts counts;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        return reader.query(statements::count_rights_waiting, {clock_.now().ms},
                            [&](const sql::Row& row) -> Status {
                                counts = {row.integer(0), row.integer(1), row.integer(2)};
                                return {};
                            });
    }));
    return counts;
}

Result<Overdue> Rights::overdue(Time until) {
    Overdue found;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        return reader.query(statements::find_overdue_rights, {until.ms},
                            [&](const sql::Row& row) -> Status {
                                found = {row.integer(0), 0, {row.integer(1)}, {row.integer(2)}};
                                return {};
                            });
    }));
    return found;
}

Result<bool> Rights::has_open(sql::Reader& reader, const CustomerId& customer, RightKind kind) {
    bool open = false;
    TRY_OK(reader.query(statements::find_open_right, {ByteView(customer.bytes()), name_of(kind)},
                        [&](const sql::Row&) -> Status {
                            open = true;
                            return {};
                        }));
    return open;
}

Right Rights::fresh(const CustomerId& customer, RightKind kind, std::string channel,
                    std::string_view language) const {
    const auto now = clock_.now();
    constexpr auto kRegime = RightRegime::gdpr;
    return {customer,
            RightId::make(now, random_),
            kind,
            std::move(channel),
            std::nullopt,
            kRegime,
            RightState::received,
            "",
            std::string(language),
            now,
            deadline_of(now, kRegime),
            "",
            "",
            "",
            std::nullopt,
            0,
            now,
            {},
            now,
            1,
            {}};
}

Status Rights::insert(sql::Writer& unit, const Right& right) {
    const ByteView whose(right.customer.bytes());
    const ByteView id(right.id.bytes());
    TRY_OK(unit.execute(
        statements::insert_right,
        {whose, id, name_of(right.kind), std::string_view(right.channel),
         right.request ? ByteView(right.request->bytes()) : ByteView(), name_of(right.regime),
         name_of(right.state), std::string_view(right.shown), std::string_view(right.language),
         right.received.ms, right.deadline.ms, ByteView(), ByteView(right.sealed)}));
    TRY_OK(unit.execute(statements::insert_right_owner, {id, whose}));
    fault_point("rights.half_asked");
    return {};
}

bj::object Rights::told_of_begin(const Right& right) {
    return {{"right", std::string(name_of(right.kind))},
            {"right_request", right.id.text()},
            {"right_state", std::string(name_of(right.state))},
            {"reason",
             "a request under the policy: " + std::string(name_of(right.kind)) + ", received"}};
}

Result<Right> Rights::begin(Right right, const gate::Actor& actor) {
    bool open = false;
    const auto noted = gate_.note_right(
        right.customer, actor, told_of_begin(right), [&](sql::Writer& unit) -> Status {
            TRY(open, has_open(unit, right.customer, right.kind));
            if (open) return Error(Code::denied, "one of this kind is under way already");
            return insert(unit, right);
        });
    if (!noted && !open) return noted.error();
    if (!noted) {
        TRY(auto all, own(right.customer));
        for (auto& one : all) {
            if (one.kind == right.kind && !is_closed(one.state)) return std::move(one);
        }
        return overtaken();
    }
    fault_point("rights.asked");
    notify();
    return right;
}

Letter Rights::letter_about(LetterKind kind, const Right& right) const {
    Letter letter{.kind = kind, .language = right.language};
    letter.link.emplace("/account/requests#" + right.id.text());
    letter.ends = clock_.now() + (kind == LetterKind::right_asked ? kUnshownMs : kReadyMs);
    return letter;
}

Right Rights::moved(const Right& seen, const Move& move, RightState to) const {
    auto changed = seen;
    const auto now = clock_.now();
    changed.state = to;
    changed.changed = now;
    switch (to) {
        case RightState::received:
        case RightState::open:
        case RightState::collecting:
        case RightState::approved:
        case RightState::carrying:
            changed.due = now;
            changed.until = {};
            break;
        case RightState::unshown:
        case RightState::ready:
            // An extension moves the law's clock and not this one.
            if (seen.state != to)
                changed.until = now + (to == RightState::ready ? kReadyMs : kUnshownMs);
            changed.due = to == RightState::ready ? now + kHourMs : changed.until;
            break;
        case RightState::review:
            changed.due = {};
            changed.until = {};
            break;
        case RightState::done:
        case RightState::refused:
        case RightState::withdrawn:
        case RightState::expired:
            changed.due = {};
            changed.until = now + kRightsKeptMs;
            changed.sealed.clear();
            break;
    }
    if (move.change) move.change(changed);
    if (is_closed(to)) changed.archive.reset();
    return changed;
}

Status Rights::write_move(sql::Writer& unit, const Right& seen, const Right& changed) {
    TRY(const auto rows,
        unit.run(statements::change_right,
                 {ByteView(seen.customer.bytes()), ByteView(seen.id.bytes()), seen.revision,
                  name_of(changed.state), std::string_view(changed.shown), changed.deadline.ms,
                  std::string_view(changed.extended), std::string_view(changed.ground),
                  std::string_view(changed.approved_by),
                  changed.archive ? ByteView(changed.archive->bytes()) : ByteView(), changed.tries,
                  changed.due.ms, changed.until.ms, changed.changed.ms, ByteView(changed.sealed)}));
    // Not `conflict`: the gate would try again, and find the same.
    if (rows != 1) return Error(Code::denied, "changed meanwhile").caused_by("revision");
    // The archive of a request that is over, or that is made anew, is nobody's.
    if (seen.archive && changed.archive != seen.archive)
        TRY_OK(Exports::write_removed(unit, seen.customer, *seen.archive));
    fault_point("rights.half_written");
    return {};
}

Result<Right> Rights::move(const Right& seen, const Move& move) {
    const auto to = next(seen.state, move.event, seen.kind);
    if (!to) {
        return Error(Code::conflict, "a request that is \"" + std::string(name_of(seen.state)) +
                                         "\" cannot be moved so");
    }
    auto changed = moved(seen, move, *to);
    bj::object told{{"right", std::string(name_of(seen.kind))},
                    {"right_request", seen.id.text()},
                    {"right_event", std::string(name_of(move.event))},
                    {"right_state", std::string(name_of(*to))},
                    {"reason", "a request under the policy: " + std::string(name_of(seen.kind)) +
                                   ", " + std::string(name_of(*to))}};
    if (!move.words.empty()) told["right_words"] = move.words;
    const auto noted =
        gate_.note_right(seen.customer, move.actor, told, [&](sql::Writer& unit) -> Status {
            TRY_OK(write_move(unit, seen, changed));
            if (move.rows) TRY_OK(move.rows(unit));
            if (!move.letter) return {};
            return letters_.write(unit, seen.customer, letter_about(*move.letter, changed));
        });
    if (!noted && noted.error().cause().value == "revision") return overtaken();
    if (!noted) return noted.error();
    changed.revision = seen.revision + 1;
    fault_point(("rights." + std::string(name_of(move.event))).c_str());
    if (move.letter) letters_.notify();
    notify();
    return changed;
}

// ---- the customer's side

// Whoever signed up and never read the mail of the address is nobody we know.
Status Rights::check_address(const CustomerId& customer) {
    TRY(const auto proved, accounts_.address_proved(customer));
    if (proved) return {};
    return Error(Code::conflict,
                 "your address is not confirmed yet: follow the link that was mailed to it first");
}

Result<Right> Rights::ask(const CustomerId& customer, RightKind kind, std::string_view language,
                          std::vector<gate::FieldValue> corrected) {
    TRY_OK(check_address(customer));
    auto right = fresh(customer, kind, "portal", language);
    right.shown = "portal";
    if (!corrected.empty()) {
        TRY_OK(check_fields(right, corrected));
        TRY(right.sealed, seal_fields(customer, right.id, std::move(corrected)));
    }
    return begin(std::move(right), own_hand());
}

Result<Right> Rights::identify(const CustomerId& customer, const RightId& id) {
    TRY(const auto seen, find(customer, id));
    if (!seen.shown.empty()) return seen;
    TRY_OK(check_address(customer));
    return move(seen,
                {RightEvent::identify, own_hand(), [](Right& right) { right.shown = "portal"; }});
}

Result<Right> Rights::withdraw(const CustomerId& customer, const RightId& id) {
    TRY(const auto seen, find(customer, id));
    if (seen.state == RightState::withdrawn) return seen;
    return move(seen, {RightEvent::withdraw, own_hand()});
}

Result<Right> Rights::receive(const CustomerId& customer, const RightId& id) {
    TRY(const auto seen, find(customer, id));
    if (seen.state == RightState::done) return seen;
    return move(seen, {RightEvent::fetched, own_hand()});
}

Result<std::shared_ptr<Exports::Download>> Rights::take(const CustomerId& customer,
                                                        const RightId& id) {
    TRY(const auto seen, find(customer, id));
    if (seen.state != RightState::ready || !seen.archive)
        return Error(Code::conflict, "there is nothing to be fetched: look at its state");
    return exports_.take_for_right(customer, *seen.archive);
}

}  // namespace avow::services
