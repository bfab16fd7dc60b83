// SPDX-License-Identifier: Apache-2.0
#include "gate/retention.hh"

#include <boost/json.hpp>

#include "base/fault.hh"
#include "base/log.hh"
#include "gate/planned.hh"
#include "gate/statements.hh"

namespace avow::gate {
namespace {

constexpr int kCustomersPerBatch = 200;  // LIMIT: a batch holds the writer for some milliseconds
constexpr std::int64_t kLeaseMs = kMinuteMs;
constexpr std::string_view kLease = "retention";

bool is_over(const CustomerFile& file, const FiledCollection& collection, Time at) {
    const auto& retention = (*collection.policy)[collection.channel].retention;
    switch (retention.kind) {
        case policy::Retention::Kind::until_withdrawn:
            return file.facts(collection).withdrawn;
        case policy::Retention::Kind::until_closed:
            return file.facts(collection).closed;
        case policy::Retention::Kind::duration:
            break;
    }
    const auto over = retention.over_at(collection.at);
    return over && at >= *over;
}

}  // namespace

struct Retention::Due {
    Gate::FilePtr file;
    std::vector<const vault::Datum*> data;  // point into file
    std::map<std::string, std::uint64_t> channels;
    std::uint64_t held_back = 0;
};

struct Retention::Batch {
    std::vector<CustomerId> customers;
    std::vector<Due> due;
    std::vector<vault::ErasureRecord> records;  // one a due customer
    std::uint64_t held_back = 0;
};

Retention::Retention(Gate& gate, sql::Connection& store, const Clock& clock, Random& random)
    : gate_(gate), store_(store), clock_(clock), random_(random), holder_(random.take<16>()) {}

// A look at the clear columns: most customers have nothing due, and nothing of them is opened.
Result<bool> Retention::may_be_due(sql::Reader& reader, const CustomerId& customer, Time at) {
    bool due = false;
    const auto visit = [&](const sql::Row& row) -> Status {
        const auto policy = gate_.policies_.find(row.text(1));
        const auto channel = policy == nullptr ? std::nullopt : policy->find_channel(row.text(0));
        if (!channel)
            return Error(Code::corrupt, "a collection names an unknown policy or channel");
        const auto& retention = (*policy)[*channel].retention;
        const auto over = retention.over_at({row.integer(2)});
        due = due || (over && at >= *over) ||
              (retention.kind == policy::Retention::Kind::until_closed && row.integer(3) != 0) ||
              (retention.kind == policy::Retention::Kind::until_withdrawn && row.integer(4) > 0);
        return {};
    };
    TRY_OK(reader.query(statements::read_retention, {ByteView(customer.bytes())}, visit));
    return due;
}

Result<Retention::Due> Retention::find_due(sql::Reader& reader, const CustomerId& customer,
                                           Time at) {
    TRY(auto file, gate_.file_of(reader, customer));
    Due due{file, {}, {}, 0};
    for (const auto& collection : file->collections) {
        if (!is_over(*file, collection, at)) continue;
        const bool kept = kept_by(*file, collection, at).has_value();
        for (const auto& datum : file->data) {
            if (datum.collection != collection.id) continue;
            if (kept) {
                ++due.held_back;
                continue;
            }
            due.data.push_back(&datum);
            ++due.channels[collection.channel_name];
        }
    }
    return due;
}

Result<Retention::Batch> Retention::find_batch(ByteView after, Time at) {
    Batch batch;
    TRY_OK(store_.read([&](sql::Reader& reader) -> Status {
        TRY(batch.customers, gate_.vault_.list_customers(reader, after, kCustomersPerBatch));
        for (const auto& customer : batch.customers) {
            TRY(const bool may, may_be_due(reader, customer, at));
            if (!may) continue;
            auto due = find_due(reader, customer, at);
            // Erased this very moment.
            if (!due && due.error().code() == Code::not_found) continue;
            if (!due) return due.error();
            batch.held_back += due->held_back;
            if (!due->data.empty()) batch.due.push_back(std::move(*due));
        }
        return {};
    }));
    return batch;
}

Result<Retention::Preview> Retention::preview(Time at) {
    Preview preview;
    Bytes after;
    while (true) {
        TRY(const auto batch, find_batch(after, at));
        if (batch.customers.empty()) return preview;
        preview.looked_at += batch.customers.size();
        preview.customers += batch.due.size();
        preview.held_back += batch.held_back;
        for (const auto& due : batch.due) {
            for (const auto& [channel, values] : due.channels) preview.channels[channel] += values;
        }
        after = to_bytes(batch.customers.back().bytes());
    }
}

Result<std::optional<Retention::Run>> Retention::newest_run() {
    std::optional<Run> found;
    const auto visit = [&](const sql::Row& row) -> Status {
        if (row.blob(0).size() != 16) return Error(Code::corrupt, "a retention run is damaged");
        Run run;
        std::copy_n(row.blob(0).begin(), 16, run.id.begin());
        run.began = {row.integer(1)};
        if (!row.is_null(2)) run.ended = Time{row.integer(2)};
        run.reached = to_bytes(row.blob(3));
        run.looked_at = static_cast<std::uint64_t>(row.integer(4));
        run.taken = static_cast<std::uint64_t>(row.integer(5));
        run.held_back = static_cast<std::uint64_t>(row.integer(6));
        found = run;
        return {};
    };
    TRY_OK(store_.read(
        [&](sql::Reader& reader) { return reader.query(statements::find_newest_run, {}, visit); }));
    return found;
}

Status Retention::claim(sql::Writer& unit) {
    const auto now = clock_.now();
    // A lease that ends far from now was written by a clock that ran ahead: it binds nobody.
    TRY(const auto claimed,
        unit.run(statements::claim_lease,
                 {kLease, ByteView(holder_), now.ms, now.ms + kLeaseMs, now.ms + 2 * kLeaseMs}));
    if (claimed == 1) return {};
    return Error(Code::denied, "another node runs the retention");
}

Result<std::optional<Retention::Run>> Retention::open_run(Wanted wanted) {
    const auto now = clock_.now();
    TRY(auto newest, newest_run());
    if (newest && now < newest->began) {
        if (!std::exchange(told_of_clock_, true)) {
            log::warn("retention_waits_for_the_clock", {{"behind_ms", newest->began - now}});
        }
        return std::optional<Run>();
    }
    told_of_clock_ = false;
    if (newest && !newest->ended) return newest;
    if (wanted == Wanted::when_due && newest && now - newest->began < kRetentionEveryMs) {
        return std::optional<Run>();
    }
    Run run;
    run.id = make_uuid_v7(now, random_);
    run.began = now;
    TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
        TRY_OK(claim(unit));
        return unit.execute(statements::insert_run, {ByteView(run.id), now.ms, ByteView()});
    }));
    return std::optional(run);
}

// The customer's revision must be the one the batch was found on: who withdrew a hold or came back
// meanwhile is looked at again.
Status Retention::take(sql::Writer& unit, const Batch& batch, const Run& run) {
    TRY_OK(claim(unit));
    std::int64_t taken = 0;
    for (std::size_t i = 0; i < batch.due.size(); ++i) {
        const auto& file = *batch.due[i].file;
        TRY(const auto row, gate_.vault_.get_customer(unit, *file.keys));
        if (row.revision != file.row.revision) {
            return Error(Code::conflict, "a customer changed meanwhile: the batch is found again");
        }
        TRY_OK(gate_.remove_part(unit, batch.records[i], file.keys.get()));
        taken += static_cast<std::int64_t>(batch.due[i].data.size());
    }
    fault_point("retention.half_written");
    TRY(const auto advanced, unit.run(statements::advance_run,
                                      {ByteView(run.id), ByteView(batch.customers.back().bytes()),
                                       static_cast<std::int64_t>(batch.customers.size()), taken,
                                       static_cast<std::int64_t>(batch.held_back)}));
    if (advanced == 1) return {};
    return Error(Code::conflict, "the run was ended by another node");
}

Status Retention::end(const Run& run) {
    const auto now = clock_.now();
    boost::json::object details{{"run", hex(run.id)},
                                {"began", rfc3339(run.began)},
                                {"looked_at", run.looked_at},
                                {"taken", run.taken},
                                {"held_back", run.held_back}};
    TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
        TRY_OK(claim(unit));
        TRY_OK(unit.execute(statements::end_run, {ByteView(run.id), now.ms}));
        return gate_.note_house_act(unit, ledger::Kind::erased, std::move(details));
    }));
    gate_.ledger_.notify();
    log::info("retention_run",
              {{"customers", run.looked_at}, {"values", run.taken}, {"held_back", run.held_back}});
    return {};
}

Result<Retention::Step> Retention::step(Wanted wanted) {
    const std::lock_guard lock(stepping_);
    if (gate_.policies_.in_force() == nullptr) return Step::idle;
    auto run = open_run(wanted);
    if (!run && run.error().code() == Code::denied) return Step::idle;
    if (!run) return run.error();
    if (!*run) return Step::idle;
    TRY(auto batch, find_batch((*run)->reached, (*run)->began));
    if (batch.customers.empty()) {
        TRY_OK(end(**run));
        fault_point("retention.ended");
        return Step::ended;
    }
    const Actor actor{Actor::Kind::system, "retention", "", false, false};
    for (const auto& due : batch.due) {
        batch.records.push_back(gate_.erasure_record(
            *due.file->keys, due.data, Gate::Reach::part, actor,
            {{"reason", "kept as long as was promised, and no longer"}, {"run", hex((*run)->id)}}));
    }
    const auto taken = store_.write([&](sql::Writer& unit) { return take(unit, batch, **run); });
    // Found again by the next step; a customer who was just erased is gone from it.
    const bool overtaken = !taken && (taken.error().code() == Code::conflict ||
                                      taken.error().code() == Code::not_found);
    if (overtaken) return Step::working;
    if (!taken && taken.error().code() == Code::denied) return Step::idle;  // the lease went
    if (!taken) return taken.error();
    fault_point("retention.batch_taken");
    for (const auto& due : batch.due) gate_.cache_->drop(due.file->keys->customer);
    if (!batch.due.empty()) gate_.traces_left_ = true;
    gate_.ledger_.notify();
    return Step::working;
}

}  // namespace avow::gate
