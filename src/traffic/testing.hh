// SPDX-License-Identifier: Apache-2.0
// Engines for tests: DuckDB in a folder, the same behind a spool, or two shards of ClickHouse,
// which are this program's own: made in a temporary directory on their first use, on loopback
// ports, run by an unprivileged user, gone with the program. Test code only.
#pragma once

#include <array>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include <arpa/inet.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/random.hh"
#include "base/testing.hh"
#include "traffic/clickhouse.hh"
#include "traffic/duckdb.hh"
#include "traffic/spooled.hh"

namespace avow::traffic::testing {

namespace fs = std::filesystem;

class ClickHouseShards {
  public:
    static constexpr std::size_t kShards = 2;
    static constexpr const char* kProgram = "/usr/sbin/clickhouse-server";
    static bool is_installed() { return access(kProgram, X_OK) == 0; }

    ClickHouseShards() {
        std::string pattern = (fs::temp_directory_path() / "avow-ch-XXXXXX").string();
        folder_ = mkdtemp(pattern.data());
        for (auto& port : ports_) port = free_port();
        for (std::size_t shard = 0; shard < kShards; ++shard) configure(shard);
        if (const auto* user = unprivileged()) {
            for (const auto& item : fs::recursive_directory_iterator(folder_)) own(item, *user);
            own(folder_, *user);
        }
        for (std::size_t shard = 0; shard < kShards; ++shard) start(shard);
    }
    ClickHouseShards(const ClickHouseShards&) = delete;
    ClickHouseShards& operator=(const ClickHouseShards&) = delete;
    ~ClickHouseShards() {
        for (std::size_t shard = 0; shard < kShards; ++shard) stop(shard);
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }

    void start(std::size_t shard) {
        pids_[shard] = spawn(shard);
        for (int i = 0; i < 600; ++i) {
            if (clickhouse::ask(server(shard), {}, {{{"query", "select 1"}}, ""},
                                std::chrono::seconds(1))) {
                return;
            }
            ::usleep(50'000);
        }
        ADD_FAILURE() << "ClickHouse did not start, see " << folder_;
    }
    // As a crash does.
    void stop(std::size_t shard) {
        if (pids_[shard] == 0) return;
        kill(pids_[shard], SIGKILL);
        waitpid(pids_[shard], nullptr, 0);
        pids_[shard] = 0;
    }
    void pause(std::size_t shard, bool paused) { kill(pids_[shard], paused ? SIGSTOP : SIGCONT); }

    clickhouse::Address server(std::size_t shard) const {
        return {"127.0.0.1", std::to_string(ports_[shard * 3])};
    }
    // As an operator would.
    std::string tell(std::size_t shard, const std::string& sql) const {
        auto told = clickhouse::ask(server(shard), {}, {{{"wait_end_of_query", "1"}}, sql},
                                    std::chrono::seconds(60));
        return told ? *told : told.error().describe();
    }
    ClickHouseOptions options(const std::string& database) const {
        ClickHouseOptions options;
        options.servers = {server(0), server(1)};
        options.cluster = "two";
        options.database = database;
        options.delivers_itself = false;
        return options;
    }

    // One for the whole program; ends with it.
    static ClickHouseShards& shared() {
        static ClickHouseShards shards;
        return shards;
    }

  private:
    static int free_port() {
        const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        const bool bound = bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                           getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0;
        close(fd);
        return bound ? ntohs(address.sin_port) : 0;
    }
    static const passwd* unprivileged() { return getuid() == 0 ? getpwnam("nobody") : nullptr; }
    static void own(const fs::path& path, const passwd& user) {
        if (chown(path.c_str(), user.pw_uid, user.pw_gid) != 0) abort();
    }

    void configure(std::size_t shard) const {
        const auto home = folder_ / std::to_string(shard);
        for (const auto* part : {"log", "data", "tmp", "schemas"}) {
            fs::create_directories(home / part);
        }
        const auto port = [&](std::size_t of, std::size_t which) {
            return std::to_string(ports_[of * 3 + which]);
        };
        std::string shards;
        for (std::size_t i = 0; i < kShards; ++i) {
            shards += "<shard><replica><host>127.0.0.1</host><port>" + port(i, 1) +
                      "</port></replica></shard>";
        }
        const auto at = home.string();
        std::ofstream(home / "config.xml")
            << "<yandex><logger><level>warning</level><log>" << at << "/log/log</log><errorlog>"
            << at << "/log/errors</errorlog></logger><http_port>" << port(shard, 0)
            << "</http_port><tcp_port>" << port(shard, 1) << "</tcp_port><interserver_http_port>"
            << port(shard, 2)
            << "</interserver_http_port><interserver_http_host>127.0.0.1</interserver_http_host>"
               "<listen_host>127.0.0.1</listen_host><mark_cache_size>67108864</mark_cache_size>"
               "<path>"
            << at << "/data/</path><tmp_path>" << at << "/tmp/</tmp_path><format_schema_path>" << at
            << "/schemas/</format_schema_path><users_config>" << at
            << "/users.xml</users_config><default_profile>default</default_profile>"
               "<default_database>default</default_database><timezone>UTC</timezone>"
               "<remote_servers><two>"
            << shards << "</two></remote_servers></yandex>";
        std::ofstream(home / "users.xml")
            << "<yandex><profiles><default></default></profiles><users><default><password>"
               "</password><networks><ip>127.0.0.1</ip></networks><profile>default</profile>"
               "<quota>default</quota></default></users><quotas><default></default></quotas>"
               "</yandex>";
    }

    pid_t spawn(std::size_t shard) const {
        const auto home = folder_ / std::to_string(shard);
        const auto config = "--config-file=" + (home / "config.xml").string();
        const pid_t child = fork();
        if (child != 0) return child;
        if (const auto* user = unprivileged()) {
            if (setgroups(0, nullptr) != 0 || setgid(user->pw_gid) != 0 ||
                setuid(user->pw_uid) != 0)
                _exit(126);
        }
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (chdir(home.c_str()) != 0 || freopen("out", "a", stdout) == nullptr ||
            freopen("out", "a", stderr) == nullptr)
            _exit(126);
        execl(kProgram, kProgram, config.c_str(), nullptr);
        _exit(127);
    }

    fs::path folder_;
    std::array<int, kShards * 3> ports_{};  // HTTP, native and between servers, of each shard
    std::array<pid_t, kShards> pids_{};
};

enum class Engine { duckdb, spooled, clickhouse };
inline std::string name_of(Engine engine) {
    if (engine == Engine::duckdb) return "duckdb";
    return engine == Engine::spooled ? "spooled" : "clickhouse";
}

// An engine in a folder of its own, which keeps what it has when it is opened again.
class Place {
  public:
    explicit Place(Engine engine) : engine_(engine) {
        std::string pattern = (fs::temp_directory_path() / "avow-traffic-XXXXXX").string();
        folder_ = mkdtemp(pattern.data());
        database_ = "t" + pattern.substr(pattern.size() - 6);
    }
    ~Place() {
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
        if (engine_ == Engine::clickhouse) {
            for (std::size_t shard = 0; shard < ClickHouseShards::kShards; ++shard) {
                ClickHouseShards::shared().tell(shard, "drop database if exists " + database_);
            }
        }
    }
    Result<std::unique_ptr<Columns>> open() {
        if (engine_ != Engine::clickhouse) {
            TRY(auto columns, open_duckdb(folder_ / "traffic.db", {}));
            if (engine_ == Engine::duckdb) return columns;
            return open_spooled(std::move(columns), {folder_ / "waiting"}, random_);
        }
        return open_clickhouse(folder_ / "spool", options(), random_);
    }
    ClickHouseOptions options() const { return ClickHouseShards::shared().options(database_); }
    const fs::path& folder() const { return folder_; }
    const std::string& database() const { return database_; }

  private:
    const Engine engine_;
    fs::path folder_;
    std::string database_;
    SystemRandom random_;
};

class EngineTest : public ::testing::TestWithParam<Engine> {
  protected:
    void SetUp() override {
        if (GetParam() == Engine::clickhouse && !ClickHouseShards::is_installed()) {
            GTEST_SKIP() << ClickHouseShards::kProgram << " is not installed";
        }
    }
};

}  // namespace avow::traffic::testing

#define AVOW_ON_ALL_TRAFFIC_ENGINES(fixture)                           \
    INSTANTIATE_TEST_SUITE_P(                                          \
        Engines, fixture,                                              \
        ::testing::Values(avow::traffic::testing::Engine::duckdb,      \
                          avow::traffic::testing::Engine::spooled,     \
                          avow::traffic::testing::Engine::clickhouse), \
        [](const auto& engine) { return avow::traffic::testing::name_of(engine.param); })
