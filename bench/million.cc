// SPDX-License-Identifier: Apache-2.0
// A store of many customers (default: a million), made by the gate itself, and what it costs to
// live with: opening it, erasing one of them, wrapping every key anew while others use the store.
// usage: million [CUSTOMERS] [FOLDER [POSTGRES-ADDRESS]]; a folder that is there is used as it is.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <thread>

#include <unistd.h>

#include "app/house.hh"
#include "measure.hh"

namespace avow {
namespace {

namespace fs = std::filesystem;
using Houses = std::unique_ptr<app::House>;

constexpr int kWriters = 64;
constexpr int kErasures = 20;
constexpr auto kCalmFor = std::chrono::seconds(3);

const char* const kText = "We use your data to serve you.\n";
const char* const kPromises =
    "schema = 1\n[policy]\ntitle = \"P\"\norganization = \"O\"\ncontact = \"a@b.example\"\n"
    "version = \"1\"\neffective = 2026-01-01\nlanguage = \"en\"\n[purposes.service]\nlabel = "
    "\"Serve\"\nbasis = \"contract\"\n[fields.email]\nlabel = \"E\"\ncategory = \"contact\"\n"
    "[fields.name]\nlabel = \"N\"\ncategory = \"contact\"\n[fields.message]\nlabel = \"M\"\n"
    "category = \"request\"\n[channels.portal]\nlabel = \"C\"\nfields = [\"email\", \"name\", "
    "\"message\"]\npurposes = [\"service\"]\nretain = \"2 years\"\n[[promises]]\nsays = \"We use "
    "your data to serve you.\"\nkept_by = \"use.stated-purpose\"\n";

long resident_mib() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmRSS:")) return std::atol(line.c_str() + 6) / 1024;
    }
    return 0;
}

Houses open_house(const fs::path& folder, const std::string& store) {
    app::Configuration configuration;
    configuration.data = folder;
    configuration.store = store;
    const auto began = Stopwatch::now();
    auto house = app::House::create(configuration, app::Opening::create_if_absent);
    if (!house) must(house.error());
    const auto opened = seconds_since(began);
    std::printf("open: %.2f s, %ld MiB resident\n", opened, resident_mib());
    return std::move(*house);
}

std::string address_of(int number) {
    return "customer." + std::to_string(number) + "@mail" + std::to_string(number % 97) +
           ".example";
}

void fill(app::House& house, int customers) {
    std::atomic<int> next{0};
    std::vector<std::thread> threads;
    const auto began = Stopwatch::now();
    for (int t = 0; t < kWriters; ++t) {
        threads.emplace_back([&] {
            for (int i = next++; i < customers; i = next++) {
                gate::Collection collection;
                collection.channel = "portal";
                collection.fields.push_back({"email", Personal<std::string>(address_of(i))});
                collection.fields.push_back(
                    {"name", Personal<std::string>("Given" + std::to_string(i) + " Family")});
                if (i % 3 == 0) {
                    collection.fields.push_back(
                        {"message", Personal<std::string>(
                                        std::string(40 + static_cast<std::size_t>(i % 400), 'm'))});
                }
                const auto collected = house.gate->collect(collection, {});
                if (!collected) must(collected.error());
                if (i % 10'000 == 0) {
                    std::fprintf(stderr, "\r%d customers, %.0f a second", i,
                                 i / std::max(0.001, seconds_since(began)));
                }
            }
        });
    }
    for (auto& thread : threads) thread.join();
    must(house.ledger->flush());
    std::fprintf(stderr, "\n");
}

CustomerId customer_at(app::House& house, int number) {
    const auto found = house.gate->find_by_address(Personal<std::string>(address_of(number)));
    if (!found) must(found.error());
    if (!*found)
        must(Error(Code::not_found, "customer " + std::to_string(number) + " is not there"));
    return **found;
}

void erase_some(app::House& house, int customers) {
    std::vector<double> took;
    for (int i = 0; i < kErasures; ++i) {
        const auto customer = customer_at(house, customers / 2 + i);
        const auto began = Stopwatch::now();
        const auto erased = house.gate->erase(
            customer, {}, {gate::Actor::Kind::customer, "customer", "", false, false});
        if (!erased) must(erased.error());
        took.push_back(seconds_since(began) * 1000);
    }
    std::sort(took.begin(), took.end());
    std::printf("erase one of %d: %.1f ms in the middle, %.1f ms at most\n", customers,
                took[took.size() / 2], took.back());
}

// The slowest of a hundred uses, while `going`.
double p99_of_uses(app::House& house, int customers, const std::function<bool()>& going) {
    std::vector<double> took;
    for (int i = 0; going(); ++i) {
        gate::UseRequest use;
        use.address.emplace(address_of((i * 7919) % (customers / 2)));
        use.fields = {"email"};
        use.purpose = "service";
        std::vector<gate::UseRequest> uses;
        uses.push_back(std::move(use));
        const auto began = Stopwatch::now();
        const auto answers =
            house.gate->use(uses, {gate::Actor::Kind::system, "bench", "agent", false, false});
        if (!answers[0]) must(answers[0].error());
        took.push_back(seconds_since(began) * 1000);
    }
    std::sort(took.begin(), took.end());
    return took.empty() ? 0 : took[took.size() * 99 / 100];
}

void rotate(app::House& house, int customers) {
    const auto calm_until = Stopwatch::now() + kCalmFor;
    const auto calm = p99_of_uses(house, customers, [&] { return Stopwatch::now() < calm_until; });
    const auto epoch = house.keyring->begin_epoch(house.clock.now());
    if (!epoch) must(epoch.error());
    std::atomic<bool> done{false};
    const auto began = Stopwatch::now();
    double took = 0;
    std::thread rotation([&] {
        must(house.rotate_keys([](auto, auto) { return true; }));
        took = seconds_since(began);
        done = true;
    });
    const auto busy = p99_of_uses(house, customers, [&] { return !done; });
    rotation.join();
    std::printf("wrap %d keys anew: %.1f s; p99 of a use %.2f ms before, %.2f ms meanwhile\n",
                customers, took, calm, busy);
}

int main_of_bench(int customers, const fs::path& folder, const std::string& store) {
    const bool fresh = !fs::exists(folder / "keyring.avow");
    if (fresh) {
        const auto house = open_house(folder, store);
        const auto published =
            house->policies->publish({{"privacy.md", kText}, {"promises.toml", kPromises}});
        if (!published) must(published.error());
        fill(*house, customers);
    }
    const auto house = open_house(folder, store);
    erase_some(*house, customers);
    rotate(*house, customers);
    std::printf("%ld MiB resident at the end\n", resident_mib());
    return 0;
}

}  // namespace
}  // namespace avow

int main(int argc, char** argv) {
    const int customers = argc > 1 ? std::atoi(argv[1]) : 1'000'000;
    if (customers < 1000) {
        std::fprintf(stderr,
                     "usage: million [CUSTOMERS, at least 1000] [FOLDER [POSTGRES-ADDRESS]]\n");
        return 2;
    }
    if (argc > 2) return avow::main_of_bench(customers, argv[2], argc > 3 ? argv[3] : "");
    const auto folder =
        std::filesystem::temp_directory_path() / ("avow-million-" + std::to_string(getpid()));
    const int result = avow::main_of_bench(customers, folder, "");
    std::filesystem::remove_all(folder);
    return result;
}
