// SPDX-License-Identifier: Apache-2.0
// usage: traffic_store FOLDER EVENTS POSTGRES SERVERS: the same events into DuckDB, ClickHouse and
// plain PostgreSQL; bytes an event where they can be had, and every report for one site and a
// month, by the same code over the same questions. SERVERS as in avow.toml, POSTGRES as libpq takes
// it; "-" leaves either out.
#include <algorithm>
#include <cstring>
#include <filesystem>
#include <random>

#include <libpq-fe.h>

#include "measure.hh"
#include "traffic/clickhouse.hh"
#include "traffic/clickhouse/tables.hh"
#include "traffic/duckdb.hh"
#include "traffic/reports.hh"

namespace avow::traffic {
namespace {

constexpr std::int64_t kFirst = 20'454;  // 2026-01-01
constexpr int kDays = 92;
constexpr int kSites = 20;
constexpr int kRounds = 5;
constexpr std::size_t kTogether = 100'000;

// Rows in tables as one would make them, with the index that the questions want.
class PostgresColumns final : public Columns {
  public:
    explicit PostgresColumns(const char* place) : connection_(PQconnectdb(place)) {
        if (PQstatus(connection_) != CONNECTION_OK) fail();
        std::string kinds;
        for (const auto& table : clickhouse::kTables) {
            std::string columns(table.columns);
            for (const auto& [from, to] : {std::pair{"UInt64", "bigint"},
                                           {"UInt32", "integer"},
                                           {"Int32", "integer"},
                                           {"UInt16", "integer"},
                                           {"UInt8", "smallint"},
                                           {"String", "text"}}) {
                for (auto at = columns.find(from); at != columns.npos; at = columns.find(from)) {
                    columns.replace(at, std::strlen(from), to);
                }
            }
            run("create table " + std::string(table.name) + " (" + columns + ")");
        }
    }
    ~PostgresColumns() override { PQfinish(connection_); }
    void make_indexes() {
        run("create index on views (site, hour)");
        for (const auto* table : {"edges", "engagement", "properties"}) {
            run("create index on " + std::string(table) + " (site, day)");
        }
        run("vacuum analyze");
    }
    double bytes() {
        double size = 0;
        must(query("select sum(pg_total_relation_size(relid)) from pg_stat_user_tables", {},
                   [&](const Cells& row) { size = static_cast<double>(row.integer(0)); }));
        return size;
    }

    bool is_shared() const override { return false; }
    Status append(const Batch& batch) override {
        run("begin");
        copy("words", batch.words, [](const WordRow& r) {
            return numbers({static_cast<std::int64_t>(r.kind), r.span, as_number(r.id)}) + '\t' +
                   r.word;
        });
        copy("views", batch.views, [](const ViewRow& r) {
            return numbers({as_number(r.site),
                            r.hour,
                            as_number(r.page),
                            as_number(r.name),
                            as_number(r.source),
                            as_number(r.campaign),
                            as_number(r.browser),
                            as_number(r.system),
                            r.n,
                            r.country,
                            r.kind,
                            r.channel,
                            r.device,
                            r.origin,
                            r.bot,
                            r.known,
                            r.today,
                            r.week,
                            r.month,
                            r.year,
                            r.gap,
                            r.depth,
                            r.entry,
                            r.reload});
        });
        copy("edges", batch.edges, [](const EdgeRow& r) {
            return numbers(
                {as_number(r.site), r.day, as_number(r.from_page), as_number(r.to_page), r.n});
        });
        copy("engagement", batch.engagement, [](const EngagementRow& r) {
            return numbers({as_number(r.site), r.day, as_number(r.page), r.bucket, r.n});
        });
        copy("properties", batch.properties, [](const PropertyRow& r) {
            return numbers(
                {as_number(r.site), r.day, as_number(r.name), as_number(r.property), r.n});
        });
        run("commit");
        return {};
    }
    Status query(std::string_view sql, const std::vector<std::int64_t>& values,
                 const OnRow& on_row) override {
        auto* result = PQexec(connection_, with_numbers(sql, values).c_str());
        if (PQresultStatus(result) != PGRES_TUPLES_OK) fail();
        struct Row final : Cells {
            PGresult* of = nullptr;
            int at = 0;
            std::size_t size() const override { return static_cast<std::size_t>(PQnfields(of)); }
            std::int64_t integer(std::size_t column) const override {
                return std::atoll(PQgetvalue(of, at, static_cast<int>(column)));
            }
            std::string_view text(std::size_t column) const override {
                return PQgetvalue(of, at, static_cast<int>(column));
            }
        } row;
        row.of = result;
        for (row.at = 0; row.at < PQntuples(result); ++row.at) on_row(row);
        PQclear(result);
        return {};
    }
    Status settle() override { return {}; }
    Status fold(std::int64_t) override { return {}; }
    Status forget_before(std::int64_t, const OnUnused&) override { return {}; }
    Result<std::vector<std::string>> kept_columns() override { return std::vector<std::string>(); }

  private:
    static std::int64_t as_number(WordId id) { return static_cast<std::int64_t>(id); }
    static std::string numbers(std::initializer_list<std::int64_t> values) {
        std::string line;
        for (const auto value : values) line += (line.empty() ? "" : "\t") + std::to_string(value);
        return line;
    }
    template <typename Row, typename LineOf>
    void copy(const char* table, const std::vector<Row>& rows, const LineOf& line_of) {
        if (rows.empty()) return;
        PQclear(PQexec(connection_, ("copy " + std::string(table) + " from stdin").c_str()));
        std::string lines;
        for (const auto& row : rows) lines += line_of(row) + '\n';
        if (PQputCopyData(connection_, lines.data(), static_cast<int>(lines.size())) != 1 ||
            PQputCopyEnd(connection_, nullptr) != 1) {
            fail();
        }
        while (auto* result = PQgetResult(connection_)) {
            if (PQresultStatus(result) != PGRES_COMMAND_OK) fail();
            PQclear(result);
        }
    }
    void run(const std::string& sql) {
        auto* result = PQexec(connection_, sql.c_str());
        if (PQresultStatus(result) != PGRES_COMMAND_OK) fail();
        PQclear(result);
    }
    [[noreturn]] void fail() {
        std::fprintf(stderr, "PostgreSQL: %s\n", PQerrorMessage(connection_));
        std::exit(1);
    }
    PGconn* connection_;
};

// The traffic of a house with many sites: few pages and sources get most of it.
class Visits {
  public:
    std::vector<Sighting> some(std::size_t count, std::int64_t day) {
        std::vector<Sighting> sightings(count);
        for (auto& sighting : sightings) fill(sighting, day);
        return sightings;
    }

  private:
    std::size_t few_of(std::size_t count) {
        const auto share = std::generate_canonical<double, 32>(dice_);
        return static_cast<std::size_t>(static_cast<double>(count) * share * share * share);
    }
    static std::string numbered(const char* name, std::size_t number) {
        return name + std::to_string(number);
    }
    void fill(Sighting& sighting, std::int64_t day) {
        sighting.site = numbered("site", few_of(kSites));
        sighting.hour = day * 24 + static_cast<std::int64_t>(dice_() % 24);
        sighting.page = numbered("/some/page/", few_of(2000));
        sighting.browser = numbered("Browser ", few_of(8));
        sighting.system = numbered("System ", few_of(6));
        sighting.country = Country::of(kCountries[few_of(std::size(kCountries))]);
        sighting.device = static_cast<Device>(few_of(kDevices));
        sighting.bot = dice_() % 20 == 0;
        const auto kind = dice_() % 10;
        if (kind < 3) {
            sighting.engaged =
                Engaged{std::nullopt, bucket_of(static_cast<std::int64_t>(few_of(600'000)))};
            return;
        }
        if (kind == 3) {
            sighting.kind = static_cast<Kind>(few_of(3) + 1);
            sighting.name = numbered("event", few_of(50));
            sighting.properties = {numbered("plan=", few_of(5))};
        }
        const auto depth = few_of(9) + 1;
        if (depth > 1) sighting.from = numbered("/some/page/", few_of(2000));
        if (depth == 1) {
            sighting.source = numbered("source", few_of(60));
            sighting.channel = static_cast<Channel>(few_of(kChannels));
        }
        Telling telling;
        telling.depth = static_cast<std::uint8_t>(depth);
        telling.today = depth == 1;
        telling.week = telling.today && dice_() % 2 == 0;
        telling.month = telling.week && dice_() % 2 == 0;
        sighting.telling = telling;
    }

    static constexpr const char* kCountries[] = {"DE", "US", "FR", "GB", "NL", "PL", "IT", "ES",
                                                 "CH", "AT", "SE", "JP", "IN", "BR", "IS"};
    std::mt19937_64 dice_{42};
};

double fill(const char* name, Store& store, std::size_t events) {
    Visits visits;
    const auto began = Stopwatch::now();
    std::size_t told = 0;
    for (int day = 0; day < kDays; ++day) {
        const auto until = events * static_cast<std::size_t>(day + 1) / kDays;
        while (told < until) {
            const auto some = visits.some(std::min(kTogether, until - told), kFirst + day);
            auto kept = store.append(some);
            // What waits for the servers is bounded: it goes there first.
            if (!kept && kept.error().code() == Code::unavailable) {
                must(store.columns().settle());
                kept = store.append(some);
            }
            must(kept);
            told += some.size();
        }
    }
    must(store.columns().settle());
    const auto seconds = seconds_since(began);
    std::printf("%-11s filled with %zu events in %.1f s\n", name, events, seconds);
    return seconds;
}

double median_ms(Store& store, std::string_view report) {
    Question question;
    question.report = report;
    question.site = "site3";
    question.from = kFirst + 31;  // February
    question.to = kFirst + 58;
    if (report == "properties") question.filters = {{Dimension::event, "event1"}};
    if (report == "paths") question.page = "/some/page/1";
    std::vector<double> times;
    for (int round = 0; round < kRounds; ++round) {
        const auto began = Stopwatch::now();
        [[maybe_unused]] const auto answer = got(Reports(store).answer(question));
        times.push_back(seconds_since(began) * 1000);
    }
    std::sort(times.begin(), times.end());
    return times[times.size() / 2];
}

struct Engine {
    const char* name;
    Store* store;
    double bytes;
};

// The first against each of the others.
void compare(const std::vector<Engine>& engines, std::size_t events) {
    std::printf("\nbytes an event:");
    for (const auto& engine : engines) {
        std::printf(" %s %.1f", engine.name, engine.bytes / static_cast<double>(events));
    }
    std::printf("\n\n%-18s", "report");
    for (const auto& engine : engines) std::printf(" %10s", engine.name);
    std::printf("   one site, a month, median of %d, ms\n", kRounds);
    std::vector<std::vector<double>> ratios(engines.size());
    for (const auto report : report_names()) {
        std::printf("%-18s", std::string(report).c_str());
        double first = 0;
        for (std::size_t i = 0; i < engines.size(); ++i) {
            const auto ms = median_ms(*engines[i].store, report);
            if (i == 0) first = ms;
            ratios[i].push_back(ms / first);
            std::printf(" %10.1f", ms);
        }
        std::printf("\n");
    }
    for (std::size_t i = 1; i < engines.size(); ++i) {
        std::sort(ratios[i].begin(), ratios[i].end());
        std::printf("%s is quicker than %s by %.1f (median), %.1f (least)\n", engines[0].name,
                    engines[i].name, ratios[i][ratios[i].size() / 2], ratios[i].front());
    }
}

int run(const std::string& folder, std::size_t events, const char* postgres,
        std::string_view servers) {
    SystemRandom random;
    const auto duck_columns = got(open_duckdb(folder + "/traffic.db", {}));
    const auto duck = got(Store::create(*duck_columns));
    if (events > 0) {
        fill("DuckDB", *duck, events);
        for (int day = 0; day < kDays; ++day) must(duck->fold(kFirst + day));
    }

    std::vector<Engine> engines;
    engines.push_back({"DuckDB", duck.get(),
                       static_cast<double>(std::filesystem::file_size(folder + "/traffic.db"))});

    std::unique_ptr<Columns> click_columns;
    std::unique_ptr<Store> click;
    if (servers != "-") {
        ClickHouseOptions options;
        options.servers = got(clickhouse::parse_addresses(servers));
        options.cluster = options.servers.size() > 1 ? "shards" : "";
        options.database = "bench";
        options.patience = std::chrono::minutes(10);  // a full spool takes its time
        click_columns = got(open_clickhouse(folder + "/spool", options, random));
        click = got(Store::create(*click_columns));
        fill("ClickHouse", *click, events);
        for (int day = 0; day < kDays; ++day) must(click->fold(kFirst + day));
        double bytes = 0;
        for (const auto& server : options.servers) {
            const auto told = got(clickhouse::ask(
                server, {},
                {{}, "select sum(bytes) from system.parts where active and database = 'bench'"},
                std::chrono::seconds(60)));
            bytes += std::atof(told.c_str());
        }
        engines.push_back({"ClickHouse", click.get(), bytes});
    }

    std::optional<PostgresColumns> rows;
    std::unique_ptr<Store> plain;
    if (std::string_view(postgres) != "-") {
        rows.emplace(postgres);
        plain = got(Store::create(*rows));
        fill("PostgreSQL", *plain, events);
        rows->make_indexes();
        engines.push_back({"PostgreSQL", plain.get(), rows->bytes()});
    }
    compare(engines, events);
    return 0;
}

}  // namespace
}  // namespace avow::traffic

int main(int count, char** words) {
    if (count != 5) {
        std::fprintf(stderr, "usage: traffic_store FOLDER EVENTS POSTGRES SERVERS\n");
        return 2;
    }
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    return avow::traffic::run(words[1], std::strtoull(words[2], nullptr, 10), words[3], words[4]);
}
