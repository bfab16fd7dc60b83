// SPDX-License-Identifier: Apache-2.0
// The ledger by itself: entries per second, durable and under a signed checkpoint, against the same
// rows in the same store and no tree; and how long after its commit an entry stands under a
// published checkpoint. usage: ledger_bench [POSTGRES-ADDRESS]; without one, SQLite.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <thread>

#include <unistd.h>

#include "base/random.hh"
#include "ledger/ledger.hh"
#include "measure.hh"
#include "sql/postgres.hh"
#include "sql/sqlite.hh"

namespace avow {
namespace {

namespace fs = std::filesystem;

constexpr int kThreads = 4;
constexpr int kBatch = 256;
constexpr auto kFor = std::chrono::seconds(4);
constexpr int kRounds = 3;
constexpr int kProbes = 100;
constexpr std::string_view kRawTable =
    "-- distribution: customer_id\ncreate table raw_entries (customer_id blob not null, entry_id "
    "blob not null, entry text not null, unique (entry_id, customer_id)) strict;";
constexpr std::string_view kInsertRaw =
    "insert into raw_entries (customer_id, entry_id, entry) values ($1, $2, $3)";

const std::string kEntry(170, 'e');  // as long as that of a use

using Add = std::function<Status(sql::Writer&, const CustomerId&, const EntryId&)>;

// One unit of `entries`, each of a customer of its own. The ids are made before, for a unit may be
// run again.
EntryId write_batch(sql::Connection& store, int entries, SystemRandom& random, const Add& add) {
    std::vector<std::pair<CustomerId, EntryId>> ids;
    for (int i = 0; i < entries; ++i) {
        ids.emplace_back(CustomerId::make({1}, random), EntryId::make(SystemClock().now(), random));
    }
    must(store.write([&](sql::Writer& unit) -> Status {
        for (const auto& [customer, entry] : ids) {
            if (auto added = add(unit, customer, entry); !added) return added;
        }
        return {};
    }));
    return ids.back().second;
}

double per_second(sql::Connection& store, const Add& add, const std::function<void()>& each,
                  const std::function<void()>& last) {
    std::atomic<long> done{0};
    const auto began = Stopwatch::now();
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
        threads.emplace_back([&] {
            SystemRandom random;
            while (Stopwatch::now() < began + kFor) {
                write_batch(store, kBatch, random, add);
                each();
                done += kBatch;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    last();
    return static_cast<double>(done.load()) / seconds_since(began);
}

// From the commit of one entry to the checkpoint that covers it, in milliseconds, sorted.
std::vector<double> waits(sql::Connection& store, ledger::Ledger& ledger, const Add& add) {
    SystemRandom random;
    std::vector<double> took;
    for (int i = 0; i < kProbes; ++i) {
        const auto id = write_batch(store, 1, random, add);
        const auto began = Stopwatch::now();
        ledger.notify();
        while (!ledger.index_of(id)) ::usleep(500);
        took.push_back(seconds_since(began) * 1000);
        ::usleep(static_cast<useconds_t>(7'000 + i * 379 % 20'000));
    }
    std::sort(took.begin(), took.end());
    return took;
}

void print_waits(const char* when, const std::vector<double>& took) {
    std::printf("to a published checkpoint, %-24s %6.1f ms in the middle, %6.1f ms p99\n", when,
                took[took.size() / 2], took[took.size() * 99 / 100]);
}

void measure(sql::Connection& store, const fs::path& folder, const char* engine) {
    const auto ledger =
        got(ledger::Ledger::create(store, {folder / "ledger", "bench.example/ledger", "bench"},
                                   crypto::SigningKey(crypto::Key::from(ByteArray<32>{7}))));
    must(store.migrate("bench", {kRawTable}));
    const Add ours = [&](sql::Writer& unit, const CustomerId& customer, const EntryId& id) {
        return ledger->append(unit, customer, id, kEntry);
    };
    const Add raw = [](sql::Writer& unit, const CustomerId& customer, const EntryId& id) {
        return unit.execute(kInsertRaw, {ByteView(customer.bytes()), ByteView(id.bytes()),
                                         std::string_view(kEntry)});
    };
    std::printf(
        "ledger on %s: entries per second, durable and published, %d threads, batches of %d\n"
        "%12s %12s %8s\n",
        engine, kThreads, kBatch, "avow", "rows alone", "ratio");
    for (int round = 0; round < kRounds; ++round) {
        const auto entries =
            per_second(store, ours, [&] { ledger->notify(); }, [&] { must(ledger->flush()); });
        const auto rows = per_second(store, raw, [] {}, [] {});
        std::printf("%12.0f %12.0f %7.0f%%\n", entries, rows, 100 * entries / rows);
    }
    print_waits("nothing else going on:", waits(store, *ledger, ours));
    std::atomic<bool> over{false};
    std::thread load([&] {
        SystemRandom random;
        while (!over) {
            write_batch(store, 50, random, ours);
            ledger->notify();
            ::usleep(10'000);
        }
    });
    print_waits("some 4,000 a second:", waits(store, *ledger, ours));
    over = true;
    load.join();
    must(ledger->flush());
}

}  // namespace
}  // namespace avow

int main(int argc, char** argv) {
    const auto folder =
        std::filesystem::temp_directory_path() / ("avow-ledger-bench-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder);
    {
        const auto store = avow::got(argc > 1 ? avow::sql::open_postgres(argv[1], {})
                                              : avow::sql::open_sqlite(folder / "store.db", {}));
        avow::measure(*store, folder, argc > 1 ? "PostgreSQL" : "SQLite");
    }
    std::filesystem::remove_all(folder);
    return 0;
}
