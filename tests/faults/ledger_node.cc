// SPDX-License-Identifier: Apache-2.0
// One node of a shared ledger, for ledger_test.py: appends entries for ever and prints each one
// once it is durable; or, as "check", verifies the whole tree and prints every entry of it.
//   ledger_node STORE NAME append | ledger_node STORE NAME check
#include <cstdio>
#include <string>
#include <thread>

#include <unistd.h>

#include "ledger/ledger.hh"
#include "ledger/verify.hh"
#include "sql/postgres.hh"

namespace avow {
namespace {

Status append_for_ever(sql::Connection& store, ledger::Ledger& ledger, const std::string& name) {
    SystemRandom random;
    const SystemClock clock;
    const auto run = EntryId::make(clock.now(), random).text();
    for (int number = 0;; ++number) {
        // Of every four, one comes with a neighbour, so that batches differ in size.
        for (int i = 0; i <= (number % 4 == 0 ? 1 : 0); ++i) {
            const auto entry =
                name + " " + run + " " + std::to_string(number) + " " + std::to_string(i);
            const auto customer = CustomerId::make(clock.now(), random);
            const auto id = EntryId::make(clock.now(), random);
            std::printf("try %s\n", entry.c_str());
            std::fflush(stdout);
            const auto kept = store.write(
                [&](sql::Writer& unit) { return ledger.append(unit, customer, id, entry); });
            if (!kept && kept.error().code() != Code::unavailable) return kept;
            if (!kept) continue;
            std::printf("kept %s\n", entry.c_str());
            std::fflush(stdout);
        }
        ledger.notify();
    }
}

Status check(ledger::Ledger& ledger) {
    TRY_OK(ledger.flush());
    ledger::VerifyOptions options{ledger.verifier_key(), {}, {}};
    options.on_entry = [](std::uint64_t, std::string_view entry) -> Status {
        std::printf("%.*s\n", static_cast<int>(entry.size()), entry.data());
        return {};
    };
    TRY_OK(ledger::verify(ledger::fetch_from(ledger), options));
    return {};
}

Status run(const std::string& address, const std::string& name, const std::string& what) {
    TRY(const auto store, sql::open_postgres(address, {}));
    TRY(const auto ledger,
        ledger::Ledger::create(*store, {"/nowhere", "example.com/ledger", name},
                               crypto::SigningKey(crypto::Key::from(ByteArray<32>{7}))));
    return what == "check" ? check(*ledger) : append_for_ever(*store, *ledger, name);
}

}  // namespace
}  // namespace avow

int main(int count, char** arguments) {
    if (count != 4) return 2;
    const auto done = avow::run(arguments[1], arguments[2], arguments[3]);
    if (done) return 0;
    std::fprintf(stderr, "%s\n", done.error().describe().c_str());
    return 1;
}
