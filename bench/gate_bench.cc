// SPDX-License-Identifier: Apache-2.0
// Durable uses per second in this process, against SQLite alone writing the same bytes with the
// same durability and no gate. Both in one run, in turn; the ratio is the figure, the rest is this
// machine.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <thread>

#include <sqlite3.h>

#include "app/house.hh"
#include "measure.hh"

namespace avow {
namespace {

namespace fs = std::filesystem;

constexpr int kCustomers = 4000;
constexpr int kThreads = 4;
constexpr std::size_t kBatch = 64;
constexpr auto kFor = std::chrono::seconds(3);
constexpr int kRounds = 3;

const char* const kText = "We use your data to serve you.\n";
const char* const kPromises =
    "schema = 1\n[policy]\ntitle = \"P\"\norganization = \"O\"\ncontact = \"a@b.example\"\n"
    "version = \"1\"\neffective = 2026-01-01\nlanguage = \"en\"\n[purposes.service]\nlabel = "
    "\"Serve\"\n"
    "basis = \"contract\"\n[fields.email]\nlabel = \"E\"\ncategory = "
    "\"contact\"\n[channels.portal]\n"
    "label = \"C\"\nfields = [\"email\"]\npurposes = [\"service\"]\nretain = \"2 years\"\n"
    "[[promises]]\nsays = \"We use your data to serve you.\"\nkept_by = \"use.stated-purpose\"\n";

std::vector<CustomerId> fill(app::House& house) {
    std::vector<std::optional<CustomerId>> made(kCustomers);
    std::atomic<int> next{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 16; ++t) {
        threads.emplace_back([&] {
            for (int i = next++; i < kCustomers; i = next++) {
                gate::Collection collection;
                collection.channel = "portal";
                collection.fields.push_back(
                    {"email", Personal<std::string>("c" + std::to_string(i) + "@example.com")});
                auto collected = house.gate->collect(collection, {});
                if (collected) made[static_cast<std::size_t>(i)] = collected->customer;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    std::vector<CustomerId> customers;
    for (const auto& one : made) customers.push_back(one.value());
    return customers;
}

double uses_per_second(app::House& house, const std::vector<CustomerId>& customers) {
    std::atomic<long> done{0};
    const auto end = Stopwatch::now() + kFor;
    const auto began = Stopwatch::now();
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
        threads.emplace_back([&, t] {
            std::size_t at = static_cast<std::size_t>(t) * 997;
            while (Stopwatch::now() < end) {
                std::vector<gate::UseRequest> batch;
                for (std::size_t i = 0; i < kBatch; ++i) {
                    gate::UseRequest use;
                    use.customer = customers[at++ % customers.size()];
                    use.fields = {"email"};
                    use.purpose = "service";
                    batch.push_back(std::move(use));
                }
                for (const auto& used : house.gate->use(
                         batch, {gate::Actor::Kind::system, "bench", "agent", false, false})) {
                    if (used && used->any_allowed()) ++done;
                }
            }
        });
    }
    for (auto& thread : threads) thread.join();
    return static_cast<double>(done.load()) /
           std::chrono::duration<double>(Stopwatch::now() - began).count();
}

// The two rows of a use, of the same sizes, in transactions of as many uses as our writer joins;
// its file grows from round to round, as ours does.
double raw_per_second(const fs::path& file) {
    sqlite3* database = nullptr;
    sqlite3_open(file.c_str(), &database);
    const auto run = [&](const char* sql) {
        sqlite3_exec(database, sql, nullptr, nullptr, nullptr);
    };
    run("pragma journal_mode=wal; pragma synchronous=full; pragma wal_autocheckpoint=4000;"
        "create table if not exists acts (customer_id blob not null, entry_id blob not null, kind "
        "text not null,"
        "at_ms integer not null, sealed blob not null, unique (customer_id, entry_id)) strict;"
        "create table if not exists ledger_pending (position integer primary key, entry_id blob "
        "not null unique,"
        "entry text not null) strict;");
    sqlite3_stmt* act = nullptr;
    sqlite3_stmt* entry = nullptr;
    sqlite3_prepare_v2(database, "insert into acts values (?1, ?2, 'used', ?3, ?4)", -1, &act,
                       nullptr);
    sqlite3_prepare_v2(database, "insert into ledger_pending (entry_id, entry) values (?1, ?2)", -1,
                       &entry, nullptr);
    SystemRandom random;
    const Bytes sealed(560, 7);
    const std::string text(170, 'e');
    long done = 0;
    const auto began = Stopwatch::now();
    while (Stopwatch::now() < began + kFor) {
        run("begin immediate");
        for (std::size_t i = 0; i < kThreads * kBatch; ++i) {
            auto customer = random.take<16>();
            auto id = make_uuid_v7({done}, random);
            sqlite3_bind_blob(act, 1, customer.data(), 16, SQLITE_STATIC);
            sqlite3_bind_blob(act, 2, id.data(), 16, SQLITE_STATIC);
            sqlite3_bind_int64(act, 3, done);
            sqlite3_bind_blob(act, 4, sealed.data(), static_cast<int>(sealed.size()),
                              SQLITE_STATIC);
            sqlite3_step(act);
            sqlite3_reset(act);
            sqlite3_bind_blob(entry, 1, id.data(), 16, SQLITE_STATIC);
            sqlite3_bind_text(entry, 2, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
            sqlite3_step(entry);
            sqlite3_reset(entry);
            ++done;
        }
        run("commit");
    }
    const auto seconds = std::chrono::duration<double>(Stopwatch::now() - began).count();
    sqlite3_finalize(act);
    sqlite3_finalize(entry);
    sqlite3_close(database);
    return static_cast<double>(done) / seconds;
}

int main_of_bench() {
    const auto folder = fs::temp_directory_path() / ("avow-bench-" + std::to_string(getpid()));
    fs::create_directories(folder);
    app::Configuration configuration;
    configuration.data = folder / "data";
    auto house = app::House::create(configuration, app::Opening::create_if_absent);
    if (!house) must(house.error());
    auto published =
        (*house)->policies->publish({{"privacy.md", kText}, {"promises.toml", kPromises}});
    if (!published) must(published.error());
    const auto customers = fill(**house);
    std::printf("gate, in process: durable uses per second, %d threads, batches of %zu\n", kThreads,
                kBatch);
    std::printf("%12s %12s %8s\n", "avow", "raw SQLite", "ratio");
    for (int round = 0; round < kRounds; ++round) {
        const auto ours = uses_per_second(**house, customers);
        must((*house)->ledger->flush());
        const auto raw = raw_per_second(folder / "raw.db");
        std::printf("%12.0f %12.0f %7.0f%%\n", ours, raw, 100 * ours / raw);
    }
    house->reset();
    fs::remove_all(folder);
    return 0;
}

}  // namespace
}  // namespace avow

int main() {
    return avow::main_of_bench();
}
