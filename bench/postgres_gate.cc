// SPDX-License-Identifier: Apache-2.0
// What a program without avow does for one use, on PostgreSQL over TLS: select the sealed value and
// the permission, check, insert the log's row, commit, and only then decrypt. One connection a
// thread. Prints uses per second. usage: postgres_gate CONNINFO CONNECTIONS SECONDS
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include <libpq-fe.h>
#include <sodium.h>

namespace {

using Clock = std::chrono::steady_clock;
constexpr int kCustomers = 4000;
constexpr std::size_t kOverhead =
    crypto_aead_xchacha20poly1305_ietf_NPUBBYTES + crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr char kValue[] = "somebody.of.some.length@example.com";
const std::string kLogged(730, 'd');  // as many bytes as the two rows of a use of ours

unsigned char key[crypto_aead_xchacha20poly1305_ietf_KEYBYTES];

[[noreturn]] void fail(PGconn* connection) {
    std::fprintf(stderr, "%s\n", PQerrorMessage(connection));
    std::exit(1);
}

PGconn* connect(const char* conninfo) {
    PGconn* connection = PQconnectdb(conninfo);
    if (PQstatus(connection) != CONNECTION_OK) fail(connection);
    return connection;
}

void run(PGconn* connection, const char* sql) {
    PGresult* result = PQexec(connection, sql);
    const auto status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) fail(connection);
    PQclear(result);
}

PGresult* execute(PGconn* connection, const char* name, const std::vector<std::string>& values,
                  const std::vector<int>& formats) {
    std::vector<const char*> pointers;
    std::vector<int> sizes;
    for (const auto& value : values) {
        pointers.push_back(value.data());
        sizes.push_back(static_cast<int>(value.size()));
    }
    PGresult* result = PQexecPrepared(connection, name, static_cast<int>(values.size()),
                                      pointers.data(), sizes.data(), formats.data(), 1);
    const auto status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) fail(connection);
    return result;
}

void prepare(PGconn* connection) {
    PQclear(PQprepare(connection, "find",
                      "select sealed, granted from customers where customer_id = $1::text", 1,
                      nullptr));
    PQclear(PQprepare(connection, "log",
                      "insert into uses (customer_id, entry_id, details) values ($1::text, "
                      "gen_random_uuid(), $2::bytea)",
                      2, nullptr));
}

std::string sealed_value() {
    std::string sealed(sizeof kValue - 1 + kOverhead, '\0');
    auto* nonce = reinterpret_cast<unsigned char*>(sealed.data());
    randombytes_buf(nonce, crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
    crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
                                               nullptr,
                                               reinterpret_cast<const unsigned char*>(kValue),
                                               sizeof kValue - 1, nullptr, 0, nullptr, nonce, key);
    return sealed;
}

void fill(PGconn* connection) {
    run(connection,
        "create table customers (customer_id text primary key, sealed bytea not null, granted "
        "boolean not null)");
    run(connection,
        "create table uses (customer_id text not null, entry_id uuid not null, details bytea not "
        "null, primary key (customer_id, entry_id))");
    PQclear(PQprepare(connection, "fill",
                      "insert into customers values ($1::text, $2::bytea, true)", 2, nullptr));
    run(connection, "begin");
    for (int i = 0; i < kCustomers; ++i) {
        PQclear(execute(connection, "fill", {"cus_" + std::to_string(i), sealed_value()}, {1, 1}));
    }
    run(connection, "commit");
}

void use_one(PGconn* connection, const std::string& customer) {
    run(connection, "begin");
    PGresult* found = execute(connection, "find", {customer}, {1});
    if (PQntuples(found) != 1 || *PQgetvalue(found, 0, 1) != 1) fail(connection);
    const std::string sealed(PQgetvalue(found, 0, 0),
                             static_cast<std::size_t>(PQgetlength(found, 0, 0)));
    PQclear(found);
    PQclear(execute(connection, "log", {customer, kLogged}, {1, 1}));
    run(connection, "commit");
    unsigned char value[sizeof kValue];
    const auto* nonce = reinterpret_cast<const unsigned char*>(sealed.data());
    const auto skip = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(value, nullptr, nullptr, nonce + skip,
                                                   sealed.size() - skip, nullptr, 0, nonce,
                                                   key) != 0) {
        std::fprintf(stderr, "a value did not open\n");
        std::exit(1);
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4 || sodium_init() < 0) {
        std::fprintf(stderr, "usage: postgres_gate CONNINFO CONNECTIONS SECONDS\n");
        return 2;
    }
    randombytes_buf(key, sizeof key);
    PGconn* first = connect(argv[1]);
    run(first, "drop table if exists customers, uses");
    fill(first);
    PQfinish(first);
    std::atomic<long> done{0};
    std::vector<std::thread> threads;
    const int connections = std::atoi(argv[2]);
    std::vector<PGconn*> opened;
    for (int i = 0; i < connections; ++i) {
        opened.push_back(connect(argv[1]));
        prepare(opened.back());
    }
    const auto began = Clock::now();
    const auto end = began + std::chrono::seconds(std::atoi(argv[3]));
    for (int i = 0; i < connections; ++i) {
        threads.emplace_back([&, i] {
            for (int at = i * 37; Clock::now() < end; ++at) {
                use_one(opened[static_cast<std::size_t>(i)],
                        "cus_" + std::to_string(at % kCustomers));
                ++done;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    const auto seconds = std::chrono::duration<double>(Clock::now() - began).count();
    for (auto* connection : opened) PQfinish(connection);
    std::printf("%.0f\n", static_cast<double>(done.load()) / seconds);
    return 0;
}
