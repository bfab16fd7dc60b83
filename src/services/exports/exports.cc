// SPDX-License-Identifier: Apache-2.0
#include "services/exports/exports.hh"

#include "base/fault.hh"
#include "services/exports/bundle.hh"
#include "services/exports/zip.hh"
#include "services/statements.hh"

namespace avow::services {
namespace {

Error none_there() {
    return {Code::not_found, "there is no such export: ask for one"};
}

Error taken_over() {
    return {Code::conflict, "the export was given up, or another node makes it"};
}

Bytes part_row(const ExportId& id, std::int64_t number) {
    auto row = to_bytes(id.bytes());
    append_be64(row, static_cast<std::uint64_t>(number));
    return row;
}

vault::Place place_of(ByteView row) {
    return {"export_parts", "sealed", row};
}

}  // namespace

struct Exports::Making {
    const Export& of;
    std::string buffer;
    std::int64_t number = 0;
    std::int64_t size = 0;
    std::int64_t done = 0;
    Time told;  // when progress was written last
    ~Making() {
        // What was moved on lies behind what is left.
        buffer.resize(buffer.capacity());
        wipe(buffer.data(), buffer.size());
    }
};

Result<std::unique_ptr<Exports>> Exports::create(sql::Connection& store, gate::Gate& gate,
                                                 ledger::Ledger& ledger, std::string node,
                                                 const Clock& clock, Random& random) {
    TRY_OK(store.migrate("exports", {statements::exports_schema_1, statements::exports_schema_2}));
    std::unique_ptr<Exports> exports(
        new Exports(store, gate, ledger, std::move(node), clock, random));
    // What this node was at when it ended.
    TRY_OK(store.write([&](sql::Writer& unit) {
        return unit.execute(statements::resume_exports, {std::string_view(exports->node_)});
    }));
    exports->go_with_the_customer();
    return exports;
}

void Exports::go_with_the_customer() {
    const auto count = [](sql::Reader& reader, const CustomerId& customer) -> Result<std::int64_t> {
        std::int64_t exports = 0;
        TRY_OK(reader.query(statements::count_exports_of_customer, {ByteView(customer.bytes())},
                            [&](const sql::Row& row) -> Status {
                                exports = row.integer(0);
                                return {};
                            }));
        return exports;
    };
    const auto remove = [](sql::Writer& unit, const CustomerId& customer) -> Status {
        TRY_OK(unit.execute(statements::delete_export_parts_of_customer,
                            {ByteView(customer.bytes())}));
        return unit.execute(statements::delete_exports_of_customer, {ByteView(customer.bytes())});
    };
    gate_.accompany({"exports", count, remove, [](const CustomerId&) {}});
}

void Exports::on_notify(std::function<void()> wake) {
    const std::lock_guard lock(mutex_);
    wake_ = std::move(wake);
}

Result<std::optional<Export>> Exports::find(const CustomerId& customer) {
    std::optional<Export> found;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        return reader.query(statements::find_export_of_customer, {ByteView(customer.bytes())},
                            [&](const sql::Row& row) -> Status {
                                const auto id = ExportId::from_bytes(row.blob(0));
                                if (!id) return Error(Code::corrupt, "an export has a damaged id");
                                found = Export{customer,
                                               *id,
                                               std::string(row.text(1)),
                                               std::string(row.text(2)),
                                               {row.integer(3)},
                                               row.integer(4),
                                               row.integer(5),
                                               row.integer(6)};
                                return {};
                            });
    }));
    if (found && found->gone() < clock_.now()) found.reset();
    return found;
}

Result<Export> Exports::start(const CustomerId& customer, const gate::Actor& actor,
                              std::string_view language) {
    TRY(auto under_way, find(customer));
    if (under_way && (under_way->state == "waiting" || under_way->state == "making"))
        return std::move(*under_way);
    if (under_way && under_way->state == "fetching")
        return Error(Code::conflict, "an export is being fetched: wait for its end");
    TRY_OK(gate_.note_reading(customer, actor));
    TRY(auto made, prepare(customer, language));
    const ByteView id(customer.bytes());
    TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
        TRY_OK(unit.execute(statements::delete_parts_of_own_exports, {id}));
        TRY_OK(unit.execute(statements::delete_own_exports, {id}));
        return unit.execute(statements::insert_export,
                            {id, ByteView(made.id.bytes()), std::string_view(made.language),
                             made.created.ms, made.total, std::int64_t{0}, made.gone().ms});
    }));
    notify();
    return made;
}

void Exports::notify() {
    const std::lock_guard lock(mutex_);
    if (wake_) wake_();
}

Result<Export> Exports::prepare(const CustomerId& customer, std::string_view language) {
    TRY(const auto extent, gate_.extent_of(customer));
    const auto now = clock_.now();
    return Export{customer,
                  ExportId::make(now, random_),
                  std::string(language),
                  "waiting",
                  now,
                  0,
                  steps_of(extent),
                  0};
}

Status Exports::write_for_right(sql::Writer& unit, const Export& prepared) {
    return unit.execute(statements::insert_export,
                        {ByteView(prepared.customer.bytes()), ByteView(prepared.id.bytes()),
                         std::string_view(prepared.language), prepared.created.ms, prepared.total,
                         std::int64_t{1}, prepared.created.ms + kExportForRightMs});
}

Status Exports::write_gone(sql::Writer& unit, const CustomerId& customer, const ExportId& id,
                           Time gone) {
    return unit.execute(statements::set_export_gone,
                        {ByteView(customer.bytes()), ByteView(id.bytes()), gone.ms});
}

Status Exports::write_removed(sql::Writer& unit, const CustomerId& customer, const ExportId& id) {
    const ByteView whose(customer.bytes());
    TRY_OK(unit.execute(statements::delete_export_parts, {whose, ByteView(id.bytes())}));
    return unit.execute(statements::delete_export, {whose, ByteView(id.bytes())});
}

Result<std::optional<Export>> Exports::find_for_right(const CustomerId& customer,
                                                      const ExportId& id) {
    std::optional<Export> found;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        found.reset();
        return reader.query(statements::find_export_for_right,
                            {ByteView(customer.bytes()), ByteView(id.bytes()), clock_.now().ms},
                            [&](const sql::Row& row) -> Status {
                                found = Export{customer,
                                               id,
                                               std::string(row.text(0)),
                                               std::string(row.text(1)),
                                               {row.integer(2)},
                                               row.integer(3),
                                               row.integer(4),
                                               row.integer(5)};
                                return {};
                            });
    }));
    return found;
}

Result<std::optional<Export>> Exports::claim() {
    const auto now = clock_.now();
    const auto silent = now.ms - kMakerSilentMs;
    std::optional<Export> found;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        found.reset();
        return reader.query(statements::find_waiting_export, {silent},
                            [&](const sql::Row& row) -> Status {
                                const auto customer = CustomerId::from_bytes(row.blob(0));
                                const auto id = ExportId::from_bytes(row.blob(1));
                                if (!customer || !id)
                                    return Error(Code::corrupt, "an export has a damaged id");
                                found = Export{*customer, *id, std::string(row.text(2)), "making",
                                               now,       0,   row.integer(3),           0};
                                return {};
                            });
    }));
    if (!found) return found;
    std::int64_t claimed = 0;
    const ByteView customer(found->customer.bytes());
    const ByteView id(found->id.bytes());
    TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
        TRY(claimed, unit.run(statements::claim_export,
                              {customer, id, std::string_view(node_), now.ms, silent}));
        return unit.execute(statements::delete_export_parts, {customer, id});
    }));
    if (claimed == 0) found.reset();
    return found;
}

Status Exports::keep_part(Making& making, ByteView bytes) {
    const auto row = part_row(making.of.id, making.number);
    TRY(const auto sealed, gate_.seal_own(making.of.customer, place_of(row),
                                          Personal<std::string>(std::string(as_text(bytes)))));
    const auto size = making.size + static_cast<std::int64_t>(bytes.size());
    std::int64_t ours = 0;
    TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
        TRY(ours, unit.run(statements::advance_export,
                           {ByteView(making.of.customer.bytes()), ByteView(making.of.id.bytes()),
                            std::string_view(node_), making.done, size, clock_.now().ms}));
        if (ours == 0) return {};
        return unit.execute(statements::insert_export_part,
                            {ByteView(making.of.customer.bytes()), ByteView(making.of.id.bytes()),
                             making.number, ByteView(sealed)});
    }));
    if (ours == 0) return taken_over();
    ++making.number;
    making.size = size;
    fault_point("exports.part_kept");
    return {};
}

Status Exports::make(const Export& wanted, const Say& say, const std::function<bool()>& keep_on,
                     Making& making) {
    TRY_OK(ledger_.flush());
    making.buffer.reserve(2 * kExportPart);
    const auto sink = [&](ByteView bytes) -> Status {
        making.buffer += as_text(bytes);
        while (making.buffer.size() >= kExportPart) {
            TRY_OK(keep_part(making, as_bytes(making.buffer).first(kExportPart)));
            making.buffer.erase(0, kExportPart);
        }
        return {};
    };
    const auto progress = [&](std::int64_t done) -> Status {
        making.done = std::min(done, wanted.total);
        if (!keep_on()) return Error(Code::unavailable, "the server is stopping");
        const auto now = clock_.now();
        if (now - making.told < kSecondMs / 2) return {};
        making.told = now;
        std::int64_t ours = 0;
        TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
            TRY(ours, unit.run(statements::advance_export,
                               {ByteView(wanted.customer.bytes()), ByteView(wanted.id.bytes()),
                                std::string_view(node_), making.done, making.size, now.ms}));
            return {};
        }));
        return ours == 0 ? Status(taken_over()) : Status();
    };
    TRY(const auto zip, ZipWriter::create(sink));
    TRY_OK(write_bundle(*zip, gate_, ledger_, parts_, files_, say,
                        {wanted.customer, wanted.language, clock_.now()}, progress));
    if (making.buffer.empty()) return {};
    return keep_part(making, as_bytes(making.buffer));
}

Status Exports::end(const Making& making, std::string_view state) {
    const ByteView customer(making.of.customer.bytes());
    const ByteView id(making.of.id.bytes());
    return store_.write([&](sql::Writer& unit) -> Status {
        TRY(const auto ours,
            unit.run(statements::end_export,
                     {customer, id, std::string_view(node_), state, making.size, clock_.now().ms}));
        if (ours == 0 || state == "ready") return {};
        return unit.execute(statements::delete_export_parts, {customer, id});
    });
}

Result<bool> Exports::step(const Say& say, const std::function<bool()>& keep_on) {
    TRY_OK(take_back());
    TRY(const auto wanted, claim());
    if (!wanted) return false;
    Making making{*wanted, {}, 0, 0, 0, {}};
    const auto made = make(*wanted, say, keep_on, making);
    if (made) {
        TRY_OK(end(making, "ready"));
        return true;
    }
    // Whoever was erased meanwhile has no export, and whoever else makes it goes on.
    const auto code = made.error().code();
    if (code == Code::not_found || code == Code::conflict) return true;
    TRY_OK(end(making, keep_on() && code != Code::unavailable ? "failed" : "waiting"));
    return made.error();
}

Status Exports::change(const Export& of, std::string_view from, std::string_view to) {
    return store_.write([&](sql::Writer& unit) -> Status {
        TRY(const auto changed, unit.run(statements::change_export_state,
                                         {ByteView(of.customer.bytes()), ByteView(of.id.bytes()),
                                          from, to, clock_.now().ms}));
        if (changed == 0 || to != "fetched") return {};
        return unit.execute(statements::delete_export_parts,
                            {ByteView(of.customer.bytes()), ByteView(of.id.bytes())});
    });
}

Result<std::shared_ptr<Exports::Download>> Exports::take(const CustomerId& customer,
                                                         const ExportId& id) {
    TRY(auto found, find(customer));
    if (!found || found->id != id) return none_there();
    return take(std::move(*found), Download::Whole::is_gone);
}

Result<std::shared_ptr<Exports::Download>> Exports::take_for_right(const CustomerId& customer,
                                                                   const ExportId& id) {
    TRY(auto found, find_for_right(customer, id));
    if (!found) return none_there();
    return take(std::move(*found), Download::Whole::stays);
}

Result<std::shared_ptr<Exports::Download>> Exports::take(Export found, Download::Whole whole) {
    std::int64_t taken = 0;
    TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
        TRY(taken, unit.run(statements::take_export,
                            {ByteView(found.customer.bytes()), ByteView(found.id.bytes()),
                             clock_.now().ms, std::string_view(node_)}));
        return {};
    }));
    if (taken == 0) {
        return Error(Code::conflict, found.state == "fetched"
                                         ? "this export was fetched: ask for a new one"
                                         : "this export cannot be fetched now: look at its state");
    }
    return std::make_shared<Download>(*this, std::move(found), whole);
}

Result<Personal<std::string>> Exports::read_part(const Export& of, std::int64_t number) {
    Bytes sealed;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        return reader.query(statements::read_export_part,
                            {ByteView(of.customer.bytes()), ByteView(of.id.bytes()), number},
                            [&](const sql::Row& row) -> Status {
                                sealed = to_bytes(row.blob(0));
                                return {};
                            });
    }));
    if (sealed.empty()) return none_there();
    const auto row = part_row(of.id, number);
    return gate_.open_own(of.customer, place_of(row), sealed);
}

Result<Personal<std::string>> Exports::Download::next() {
    if (left_ <= 0) return Personal<std::string>("");
    TRY(auto part, exports_.read_part(of_, number_));
    const auto size =
        static_cast<std::int64_t>(part.reveal(exports_.gate_.own_data_token()).size());
    if (size > left_) return Error(Code::corrupt, "an export has a part too much");
    left_ -= size;
    ++number_;
    if (left_ == 0) {
        TRY_OK(exports_.change(of_, "fetching", whole_ == Whole::stays ? "ready" : "fetched"));
        fault_point("exports.handed_out");
    }
    return part;
}

Exports::Download::~Download() {
    if (left_ == 0) return;
    // A connection ends on a thread that must not wait for the store: the maker's thread does it.
    const std::lock_guard lock(exports_.mutex_);
    exports_.given_back_.push_back(of_);
    if (exports_.wake_) exports_.wake_();
}

Status Exports::take_back() {
    std::vector<Export> given_back;
    {
        const std::lock_guard lock(mutex_);
        given_back.swap(given_back_);
    }
    for (const auto& one : given_back) TRY_OK(change(one, "fetching", "ready"));
    return {};
}

Status Exports::forget_old() {
    const auto before = clock_.now().ms - kExportKeptMs;
    std::vector<std::pair<Bytes, Bytes>> old;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        old.clear();
        return reader.query(statements::list_old_exports, {before, clock_.now().ms},
                            [&](const sql::Row& row) -> Status {
                                old.emplace_back(to_bytes(row.blob(0)), to_bytes(row.blob(1)));
                                return {};
                            });
    }));
    for (const auto& one : old) {
        const ByteView customer(one.first);
        const ByteView id(one.second);
        TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
            TRY_OK(unit.execute(statements::delete_export_parts, {customer, id}));
            return unit.execute(statements::delete_export, {customer, id});
        }));
    }
    return {};
}

}  // namespace avow::services
