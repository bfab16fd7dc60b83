// SPDX-License-Identifier: Apache-2.0
#include "traffic/clickhouse.hh"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "base/log.hh"
#include "traffic/clickhouse/delivery.hh"
#include "traffic/clickhouse/tables.hh"
#include "traffic/courier.hh"
#include "traffic/row_bytes.hh"
#include "traffic/spool.hh"
#include "traffic/statements.hh"

namespace avow::traffic {
namespace {

using namespace std::chrono_literals;
using clickhouse::Address;
using clickhouse::Ask;

constexpr auto kFoldPatience = 600s;  // with the folding of a day
constexpr int kTries = 3;
constexpr auto kBetweenTries = 100ms;
constexpr auto kSettlePatience = 5s;  // how long a question waits for what it should see
constexpr auto kFarewell = 5s;        // how long an end waits for what was not delivered

class ClickHouseColumns final : public Columns {
  public:
    ClickHouseColumns(ClickHouseOptions options, Random& random)
        : options_(std::move(options)), random_(random) {}

    ~ClickHouseColumns() override {
        if (!courier_) return;
        courier_->stop();
        // The rest waits on the disk for the next start.
        if (options_.delivers_itself) [[maybe_unused]]
            const auto told = courier_->deliver(kFarewell);
    }

    Status open(const std::filesystem::path& folder) {
        TRY(spool_, Spool::open(folder, options_.spool_bytes, [this] { return new_label(); }));
        courier_.emplace(
            *spool_, [this](const Segment& segment) { return take(segment); },
            [this](const Status& told) { note(told); });
        if (options_.delivers_itself) courier_->start(options_.patience);
        return {};
    }

    bool is_shared() const override { return true; }

    Status append(const Batch& batch) override { return spool_->append(written(batch)); }

    Status query(std::string_view sql, const std::vector<std::int64_t>& numbers,
                 const OnRow& on_row) override {
        // Of an answer that lacks what waits, the question itself says nothing: it comes anyway.
        [[maybe_unused]] const auto settled = courier_->deliver(kSettlePatience);
        TRY_OK(make_tables());
        const auto text = with_numbers(sql, numbers) + " format TabSeparated";
        TRY(const auto rows, ask_any({{{"database", options_.database},
                                       {"wait_end_of_query", "1"},
                                       {"send_progress_in_http_headers", "0"}},
                                      text}));
        if (clickhouse::each_row(rows, on_row)) return {};
        return Error(Code::internal, "the traffic store cannot answer")
            .caused_by("ClickHouse sent rows that cannot be read");
    }

    Status settle() override { return courier_->deliver(options_.patience); }

    Status fold(std::int64_t day) override {
        TRY_OK(settle());
        TRY_OK(make_tables());
        for (const auto& server : options_.servers) {
            for (const auto& table : clickhouse::kTables) {
                if (table.days_of_partition != 1) continue;
                TRY_OK(tell(server,
                            "optimize table " + lies(table) + " partition " + std::to_string(day) +
                                " final",
                            kFoldPatience));
            }
        }
        return {};
    }

    Status forget_before(std::int64_t day, const OnUnused&) override {
        TRY_OK(settle());
        TRY_OK(make_tables());
        for (const auto& server : options_.servers) {
            for (const auto& table : clickhouse::kTables) {
                if (table.days_of_partition != 0) TRY_OK(forget(server, table, day));
            }
        }
        return {};
    }

    Result<std::vector<std::string>> kept_columns() override {
        std::vector<std::string> kept;
        std::set<std::string> ours;
        for (const auto& table : clickhouse::kTables) ours.emplace(table.name);
        TRY_OK(query(statements::clickhouse_columns, {}, [&](const Cells& row) {
            std::string table(row.text(0));
            // Rows lie in local_NAME, and NAME only reads them: both are told as NAME.
            if (!options_.cluster.empty() && table.starts_with("local_")) {
                table.erase(0, std::strlen("local_"));
            }
            auto name = table + "." + std::string(row.text(1));
            if (kept.empty() || kept.back() != name) kept.push_back(std::move(name));
        }));
        std::sort(kept.begin(), kept.end());
        kept.erase(std::unique(kept.begin(), kept.end()), kept.end());
        return kept;
    }

  private:
    std::string lies(const clickhouse::Table& table) const {
        return clickhouse::where_rows_lie(table, options_.cluster);
    }

    // Each next segment to the next server, but to none that was away when last tried.
    std::string new_label() {
        const auto bytes = random_.take<8>();
        clickhouse::Label label;
        std::memcpy(&label.mark, bytes.data(), bytes.size());
        label.mark = (label.mark >> 2) | 1;
        const std::lock_guard lock(servers_mutex_);
        for (std::size_t i = 0; i < options_.servers.size(); ++i) {
            label.server = options_.servers[turn_++ % options_.servers.size()].text();
            if (!away_.contains(label.server)) break;
        }
        return text_of(label);
    }

    Status tell(const Address& server, const std::string& sql, std::chrono::milliseconds patience) {
        TRY_OK(ask(server, options_.login, {{{"database", options_.database}}, sql}, patience));
        return {};
    }

    // A server that is busy drops a connection now and then, which is no reason to call it away.
    // For what does the same when it is done twice: a question, and an insert under its label.
    // All tries together have the patience of one.
    Result<std::string> ask_patiently(const Address& server, const Ask& question) {
        const auto until = std::chrono::steady_clock::now() + options_.patience;
        auto answer = ask(server, options_.login, question, options_.patience);
        for (int i = 1; i < kTries && !answer && answer.error().code() == Code::unavailable; ++i) {
            const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
                until - std::chrono::steady_clock::now() - kBetweenTries);
            if (left.count() <= 0) break;
            std::this_thread::sleep_for(kBetweenTries);
            answer = ask(server, options_.login, question, left);
        }
        return answer;
    }

    // Of the servers the first that can be reached.
    Result<std::string> ask_any(const Ask& question) {
        const auto first = asked_++;
        for (std::size_t i = 0; i < options_.servers.size(); ++i) {
            const auto& server = options_.servers[(first + i) % options_.servers.size()];
            auto answer = ask_patiently(server, question);
            const bool last = i + 1 == options_.servers.size();
            if (answer || last || answer.error().code() != Code::unavailable) return answer;
        }
        return Error(Code::internal, "there is no server of the traffic store");
    }

    Status make_tables() {
        for (const auto& server : options_.servers) TRY_OK(make_tables(server));
        return {};
    }
    Status make_tables(const Address& server) {
        {
            const std::lock_guard lock(servers_mutex_);
            if (made_.contains(server.text())) return {};
        }
        for (const auto& statement : clickhouse::schema(options_.database, options_.cluster)) {
            TRY_OK(ask_patiently(server, {{{"database", "default"}}, statement}));
        }
        const std::lock_guard lock(servers_mutex_);
        made_.insert(server.text());
        return {};
    }

    Status forget(const Address& server, const clickhouse::Table& table, std::int64_t day) {
        std::string sql(statements::clickhouse_partitions);
        constexpr std::string_view kTable = "{table}";
        sql.replace(sql.find(kTable), kTable.size(), lies(table));
        const Ask question{{{"database", options_.database}}, sql};
        TRY(const auto rows, ask(server, options_.login, question, options_.patience));
        std::vector<std::int64_t> old;
        clickhouse::each_row(rows, [&](const Cells& row) {
            const auto days = static_cast<std::int64_t>(table.days_of_partition);
            if ((row.integer(0) + 1) * days <= day) old.push_back(row.integer(0));
        });
        for (const auto partition : old) {
            TRY_OK(
                tell(server,
                     "alter table " + lies(table) + " drop partition " + std::to_string(partition),
                     options_.patience));
        }
        return {};
    }

    Status take(const Segment& segment) {
        const auto label = clickhouse::label_from(segment.label);
        if (!label) return Error(Code::corrupt, "a segment of the traffic spool has no label");
        if (away_now_.contains(label->server)) {
            return Error(Code::unavailable, "the traffic store does not have everything yet");
        }
        TRY(const auto inserts,
            clickhouse::inserts_of(segment, *label, options_.database, options_.cluster));
        TRY(const auto servers, clickhouse::parse_addresses("http://" + label->server));
        auto told = make_tables(servers[0]);
        for (auto insert = inserts.begin(); told && insert != inserts.end(); ++insert) {
            const auto answer = ask_patiently(servers[0], *insert);
            if (!answer) told = answer.error();
        }
        if (!told) away_now_.insert(label->server);
        return told;
    }

    // One line when the servers go, and one when they are back.
    void note(const Status& told) {
        // Asked before the lock: the spool asks for labels, which take it, under its own.
        const auto waiting = spool_->bytes();
        const std::lock_guard lock(servers_mutex_);
        if (!told && away_.empty() && !away_now_.empty()) {
            log::warn("traffic_store_away",
                      {{"waiting_bytes", waiting}, {"cause", told.error().describe()}});
        } else if (told && !away_.empty()) {
            log::info("traffic_store_back");
        }
        away_ = std::exchange(away_now_, {});
    }

    const ClickHouseOptions options_;
    Random& random_;
    std::unique_ptr<Spool> spool_;
    std::atomic<std::size_t> asked_{0};
    std::optional<Courier> courier_;
    std::set<std::string> away_now_;  // of this round of the courier, who alone touches it
    std::mutex servers_mutex_;        // guards what follows
    std::size_t turn_ = 0;
    std::set<std::string> made_;  // servers whose tables are there
    std::set<std::string> away_;  // servers that did not take what was theirs when last tried
};

}  // namespace

Result<std::unique_ptr<Columns>> open_clickhouse(const std::filesystem::path& spool,
                                                 ClickHouseOptions options, Random& random) {
    if (options.servers.empty()) {
        return Error(Code::invalid, "name the servers of the traffic store");
    }
    if (options.servers.size() > 1 && options.cluster.empty()) {
        return Error(Code::invalid,
                     "several servers of the traffic store need the name of their cluster");
    }
    if (!clickhouse::is_name(options.database) ||
        (!options.cluster.empty() && !clickhouse::is_name(options.cluster))) {
        return Error(Code::invalid,
                     "database and cluster of the traffic store are named by letters, digits and "
                     "underscores");
    }
    for (const auto* text : {&options.login.user, &options.login.password}) {
        if (std::any_of(text->begin(), text->end(), [](char c) { return c >= 0 && c < ' '; })) {
            return Error(Code::invalid, "user and password of the traffic store are one line each");
        }
    }
    auto columns = std::make_unique<ClickHouseColumns>(std::move(options), random);
    TRY_OK(columns->open(spool));
    return std::unique_ptr<Columns>(std::move(columns));
}

}  // namespace avow::traffic
