// SPDX-License-Identifier: Apache-2.0
// Stores for tests, on either engine. Test code only. The PostgreSQL one is this program's own:
// made in a temporary directory on its first use, reached by a socket there and by nothing else,
// run by an unprivileged user, gone with the program.
//
//   class LedgerTest : public sql::testing::EngineTest { … open_store() … };
//   AVOW_ON_BOTH_ENGINES(LedgerTest);
//   TEST_P(LedgerTest, …)      and TEST_ENGINES in the room's CMakeLists.txt
#pragma once

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.hh"
#include "sql/postgres.hh"
#include "sql/sqlite.hh"

namespace avow::sql::testing {

namespace fs = std::filesystem;

enum class Engine { sqlite, postgres };

inline std::string name_of(Engine engine) {
    return engine == Engine::sqlite ? "sqlite" : "postgres";
}

// A PostgreSQL server of the test's own.
class PostgresCluster {
  public:
    PostgresCluster() {
        std::string pattern = (fs::temp_directory_path() / "avow-pg-XXXXXX").string();
        folder_ = mkdtemp(pattern.data());
        own(folder_);
        must_run({program("initdb"), "-D", data(), "-U", "avow", "-A", "trust", "-E", "UTF8",
                  "--locale=C", "--no-sync"});
        start();
    }
    PostgresCluster(const PostgresCluster&) = delete;
    PostgresCluster& operator=(const PostgresCluster&) = delete;
    ~PostgresCluster() {
        if (server_ > 0) stop(SIGINT);
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }

    // `settings` as "name=value".
    void start(const std::vector<std::string>& settings = {}) {
        std::vector<std::string> command{
            program("postgres"), "-D", data(), "-k", folder_, "-c", "listen_addresses=", "-c",
            "max_connections=40"};
        for (const auto& setting : settings) {
            command.push_back("-c");
            command.push_back(setting);
        }
        server_ = spawn(command);
        const std::vector<std::string> ready{program("pg_isready"), "-q", "-h", folder_};
        for (int i = 0; i < 600 && run(ready) != 0; ++i) ::usleep(50'000);
    }
    // SIGINT ends sessions at once, SIGQUIT everything, without a checkpoint: as a crash does.
    void stop(int signal) {
        kill(server_, signal);
        waitpid(server_, nullptr, 0);
        server_ = 0;
    }
    // Runs statements as an operator would, by psql.
    std::string tell(const std::string& statements, const std::string& database = "postgres") {
        const auto file = folder_ + "/answer-" + std::to_string(++answers_);
        run({program("psql"), "-h", folder_, "-U", "avow", "-d", database, "-qAtX", "-o", file,
             "-c", statements});
        auto text = read_file(file);
        fs::remove(file);
        return text ? text->substr(0, text->find_last_not_of('\n') + 1) : "";
    }

    std::string make_database() {
        const auto name = "t" + std::to_string(++databases_);
        tell("create database " + name);
        return name;
    }
    std::string address(const std::string& database) const {
        return "host=" + folder_ + " user=avow dbname=" + database;
    }
    const std::string& folder() const { return folder_; }

    // One for the whole program; ends with it.
    static PostgresCluster& shared() {
        static PostgresCluster cluster;
        return cluster;
    }

  private:
    static std::string program(const std::string& name) {
        return "/usr/lib/postgresql/15/bin/" + name;
    }
    std::string data() const { return folder_ + "/data"; }

    // PostgreSQL refuses to run as root.
    static const passwd* unprivileged() {
        if (getuid() != 0) return nullptr;
        const auto* user = getpwnam("postgres");
        return user != nullptr ? user : getpwnam("nobody");
    }
    static void own(const std::string& folder) {
        const auto* user = unprivileged();
        if (user != nullptr && chown(folder.c_str(), user->pw_uid, user->pw_gid) != 0) abort();
    }
    pid_t spawn(const std::vector<std::string>& command) const {
        const pid_t child = fork();
        if (child != 0) return child;
        const auto log = folder_ + "/log";
        if (const auto* user = unprivileged()) {
            if (setgroups(0, nullptr) != 0 || setgid(user->pw_gid) != 0 ||
                setuid(user->pw_uid) != 0)
                _exit(126);
        }
        prctl(PR_SET_PDEATHSIG, SIGINT);
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, nullptr);
        const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
        if (dup2(out, 1) < 0 || dup2(out, 2) < 0 || chdir(folder_.c_str()) != 0) _exit(126);
        std::vector<char*> arguments;
        for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
        arguments.push_back(nullptr);
        execv(arguments[0], arguments.data());
        _exit(127);
    }
    int run(const std::vector<std::string>& command) const {
        int status = 0;
        waitpid(spawn(command), &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    void must_run(const std::vector<std::string>& command) const {
        if (run(command) == 0) return;
        const auto log = read_file(folder_ + "/log");
        std::fprintf(stderr, "%s failed: %s\n", command[0].c_str(), log ? log->c_str() : "");
        abort();
    }

    std::string folder_;
    pid_t server_ = 0;
    int databases_ = 0;
    std::atomic<int> answers_{0};  // several threads may ask
};

// A folder, and one store on the engine that the test runs on.
class EngineTest : public ::testing::TestWithParam<Engine> {
  protected:
    EngineTest() {
        std::string pattern = (fs::temp_directory_path() / "avow-test-XXXXXX").string();
        folder_ = mkdtemp(pattern.data());
        if (GetParam() == Engine::postgres) database_ = PostgresCluster::shared().make_database();
    }
    ~EngineTest() override {
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }

    // The same store each time.
    Result<std::unique_ptr<Connection>> open_store() const {
        if (GetParam() == Engine::sqlite) return open_sqlite(folder_ / "store.db", {});
        return open_postgres(PostgresCluster::shared().address(database_), {});
    }

    fs::path folder_;
    std::string database_;
};

}  // namespace avow::sql::testing

#define AVOW_ON_BOTH_ENGINES(fixture)                            \
    INSTANTIATE_TEST_SUITE_P(                                    \
        Engines, fixture,                                        \
        ::testing::Values(avow::sql::testing::Engine::sqlite,    \
                          avow::sql::testing::Engine::postgres), \
        [](const auto& engine) { return avow::sql::testing::name_of(engine.param); })
