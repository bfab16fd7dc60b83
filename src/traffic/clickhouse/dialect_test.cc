// SPDX-License-Identifier: Apache-2.0
// A current ClickHouse, as chdb carries it in one library (tests/chdb, `scripts/setup dialects`),
// understands what 18.16 does: the tables, the inserts that are done once, every question.
#include <filesystem>
#include <fstream>

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/random.hh"
#include "traffic/clickhouse/delivery.hh"
#include "traffic/clickhouse/tables.hh"
#include "traffic/row_bytes.hh"
#include "traffic/testing.hh"
#include "traffic/testing_answers.hh"

namespace avow::traffic::clickhouse {
namespace {

namespace fs = std::filesystem;
using avow::testing::IsOk;

constexpr const char* kLibrary =
    AVOW_SOURCE_DIR "/tests/chdb/node_modules/@chdb/lib-linux-x64-gnu/libchdb.so";
constexpr std::int64_t kDay = 20'454;

// chdb's C interface, of its header.
class Chdb {
  public:
    explicit Chdb(const fs::path& folder) {
        void* library = dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL);
        if (library == nullptr) {
            ADD_FAILURE() << dlerror();
            return;
        }
        find(connect_, library, "chdb_connect");
        find(close_, library, "chdb_close_conn");
        find(query_, library, "chdb_query");
        find(buffer_, library, "chdb_result_buffer");
        find(length_, library, "chdb_result_length");
        find(error_, library, "chdb_result_error");
        find(destroy_, library, "chdb_destroy_query_result");
        auto path = "--path=" + folder.string();
        std::string program = "clickhouse";
        char* words[] = {program.data(), path.data()};
        connection_ = connect_(2, words);
    }
    Chdb(const Chdb&) = delete;
    Chdb& operator=(const Chdb&) = delete;
    ~Chdb() {
        if (connection_ != nullptr) close_(connection_);
    }
    Result<std::string> run(const std::string& sql) {
        void* result = query_(*connection_, sql.c_str(), "TabSeparated");
        if (result == nullptr) return Error(Code::internal, "chdb does not answer");
        const char* error = error_(result);
        auto told = error == nullptr
                        ? Result<std::string>(std::string(buffer_(result), length_(result)))
                        : Result<std::string>(Error(Code::internal, error));
        destroy_(result);
        return told;
    }

  private:
    template <typename Function>
    static void find(Function& function, void* library, const char* name) {
        function = reinterpret_cast<Function>(dlsym(library, name));
        ASSERT_NE(function, nullptr) << name;
    }
    void** (*connect_)(int, char**) = nullptr;
    void (*close_)(void**) = nullptr;
    void* (*query_)(void*, const char*, const char*) = nullptr;
    char* (*buffer_)(void*) = nullptr;
    std::size_t (*length_)(void*) = nullptr;
    const char* (*error_)(void*) = nullptr;
    void (*destroy_)(void*) = nullptr;
    void** connection_ = nullptr;
};

// The statements of the driver, carried out in this process; each insert twice.
class ChdbColumns final : public Columns {
  public:
    explicit ChdbColumns(const fs::path& folder) : folder_(folder), chdb_(folder / "data") {
        for (const auto& statement : schema("avow", "")) EXPECT_THAT(chdb_.run(statement), IsOk());
        EXPECT_THAT(chdb_.run("use avow"), IsOk());
    }
    bool is_shared() const override { return true; }
    Status append(const Batch& batch) override {
        const Segment segment{"", {written(batch)}, false};
        TRY(const auto inserts, inserts_of(segment, {"db:1", ++mark_ << 8}, "avow", ""));
        for (const auto& insert : inserts) {
            // Over HTTP the rows come along as `batch`.
            constexpr std::string_view kHead = "\r\n\r\n";
            const auto begin = insert.body.find(kHead) + kHead.size();
            const auto end = insert.body.rfind("\r\n--", insert.body.size() - 5);
            std::ofstream(folder_ / "rows", std::ios::binary)
                << insert.body.substr(begin, end - begin);
            TRY_OK(run("create table batch engine = Memory as select * from file('" +
                       (folder_ / "rows").string() + "', 'RowBinary', '" +
                       insert.parameters.at("batch_structure") + "')"));
            TRY_OK(run(insert.parameters.at("query")));
            TRY_OK(run(insert.parameters.at("query")));
            TRY_OK(run("drop table batch"));
        }
        return {};
    }
    Status query(std::string_view sql, const std::vector<std::int64_t>& numbers,
                 const OnRow& on_row) override {
        TRY(const auto rows, chdb_.run(with_numbers(sql, numbers)));
        EXPECT_TRUE(each_row(rows, on_row));
        return {};
    }
    Status settle() override { return {}; }
    Status fold(std::int64_t day) override {
        for (const auto* table : {"views", "edges", "engagement", "properties"}) {
            TRY_OK(run("optimize table " + std::string(table) + " partition " +
                       std::to_string(day) + " final"));
        }
        return {};
    }
    Status forget_before(std::int64_t day, const OnUnused&) override {
        return run("alter table views drop partition " + std::to_string(day - 1));
    }
    Result<std::vector<std::string>> kept_columns() override { return std::vector<std::string>(); }

  private:
    Status run(const std::string& sql) {
        TRY_OK(chdb_.run(sql));
        return {};
    }
    const fs::path folder_;
    Chdb chdb_;
    std::uint64_t mark_ = 0;
};

TEST(Dialect, ACurrentClickHouseAnswersAsDuckdbDoes) {
    if (access(kLibrary, R_OK) != 0) GTEST_SKIP() << "chdb is not here: scripts/setup dialects";
    testing::Place here(testing::Engine::duckdb);
    ASSERT_GET(const auto duck_columns, here.open());
    ASSERT_GET(const auto duck, Store::create(*duck_columns));
    ChdbColumns columns(here.folder());
    ASSERT_GET(const auto store, Store::create(columns));
    for (auto* one : {duck.get(), store.get()}) testing::fill(*one, kDay);
    ASSERT_GET(const auto rows, store->dump());
    ASSERT_GET(const auto duck_rows, duck->dump());
    EXPECT_EQ(rows, duck_rows);
    EXPECT_EQ(testing::every_answer(*store, kDay), testing::every_answer(*duck, kDay));
    ASSERT_THAT(store->fold(kDay), IsOk());
    EXPECT_EQ(*store->dump(), duck_rows);
    ASSERT_THAT(columns.forget_before(kDay + 1, [](WordKind, WordId) {}), IsOk());
    EXPECT_NE(*store->dump(), duck_rows);
}

}  // namespace
}  // namespace avow::traffic::clickhouse
