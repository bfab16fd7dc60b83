// SPDX-License-Identifier: Apache-2.0
#include "app/keeping.hh"

#include <cstdio>
#include <iostream>
#include <thread>

#include <boost/json.hpp>

#include "app/admin.hh"
#include "base/json.hh"

namespace avow::app {
namespace {

namespace bj = boost::json;
constexpr std::chrono::milliseconds kAskAgain{200};

std::string text(const bj::value& value, const char* key) {
    return std::string(value.at(key).as_string());
}

long long number(const bj::value& value, const char* key) {
    return value.at(key).to_number<long long>();
}

void print_lines(const char* title, const bj::value& lines) {
    std::printf("%s\n", title);
    for (const auto& line : lines.as_array()) {
        std::printf("  %6lld  %s", number(line, "count"), text(line, "what").c_str());
        if (line.as_object().contains("channel")) {
            std::printf(" by %s:", text(line, "channel").c_str());
            for (const auto& field : line.at("fields").as_array()) {
                std::printf(" %s", field.as_string().c_str());
            }
        }
        if (line.as_object().contains("ground")) {
            std::printf("  (%s)", text(line, "ground").c_str());
        }
        std::printf("\n");
    }
}

// As it came, or in words.
Result<int> tell(const std::string& answer, Output output,
                 const std::function<int(const bj::value& told)>& in_words) {
    if (output == Output::json) {
        std::puts(answer.c_str());
        return kDone;
    }
    TRY(const auto told, json::parse(answer));
    return in_words(told);
}

// A "no" that is an answer, and not a failure of ours.
Result<int> told_no(const Error& error) {
    if (error.code() != Code::not_found && error.code() != Code::conflict) return error;
    std::fprintf(stderr, "avow: %s\n", error.describe().c_str());
    return kNo;
}

}  // namespace

Result<int> find_customer(const std::filesystem::path& data, const std::string& email,
                          Output output) {
    std::string address = email;
    if (address == "-") std::getline(std::cin, address);
    const auto body = bj::serialize(bj::object{{"email", address}});
    const auto answer = ask_admin(data, http::Method::post, "/customers/find", body);
    if (!answer) return told_no(answer.error());
    return tell(*answer, output, [](const bj::value& told) {
        std::puts(text(told, "customer").c_str());
        return kDone;
    });
}

Result<int> export_customer(const std::filesystem::path& data, const std::string& customer) {
    const auto answer =
        ask_admin(data, http::Method::get, "/customers/" + customer + "/export", "");
    if (!answer) return told_no(answer.error());
    std::puts(answer->c_str());
    return kDone;
}

Result<int> erase_customer(const EraseOptions& options, Output output) {
    const auto body = bj::serialize(
        bj::object{{"scope", options.scope}, {"name", options.name}, {"preview", !options.yes}});
    const auto answer = ask_admin(options.data, http::Method::post,
                                  "/customers/" + options.customer + "/erase", body);
    if (!answer) return told_no(answer.error());
    return tell(*answer, output, [&](const bj::value& told) {
        print_lines(options.yes ? "erased:" : "would be erased:", told.at("goes"));
        print_lines("stays:", told.at("stays"));
        std::printf("complete in all backups by %s\n",
                    text(told, "complete_in_backups_by").c_str());
        if (!options.yes) {
            std::fputs("Nothing was erased: add --yes to do it.\n", stderr);
            return kDone;
        }
        std::printf("ledger entry %s\n", text(told.at("ledger"), "entry").c_str());
        return kDone;
    });
}

Result<int> show_keys(const std::filesystem::path& data, Output output) {
    TRY(const auto answer, ask_admin(data, http::Method::get, "/keys", ""));
    return tell(answer, output, [](const bj::value& told) {
        std::printf("keyring %s\nepoch %lld, wrapping %lld of %lld keys\n",
                    text(told, "keyring").c_str(), number(told, "epoch"),
                    number(told, "wrapped_by_current"), number(told, "keys"));
        if (told.at("rotating").as_bool()) std::puts("older epochs are being ended");
        if (number(told, "damaged") > 0) {
            std::printf("%lld slots are damaged: restore the keyring from its backup\n",
                        number(told, "damaged"));
        }
        return number(told, "damaged") > 0 ? kNo : kDone;
    });
}

Result<int> rotate_keys(const std::filesystem::path& data, Output output) {
    TRY(auto answer, ask_admin(data, http::Method::post, "/keys/rotate", ""));
    while (true) {
        TRY(const auto told, json::parse(answer));
        std::fprintf(stderr, "\r%lld of %lld keys", number(told, "wrapped_by_current"),
                     number(told, "keys"));
        if (!told.at("rotating").as_bool()) break;
        std::this_thread::sleep_for(kAskAgain);
        // If the server ended meanwhile, this process goes on where it stopped.
        TRY(answer, ask_admin(data, http::Method::post, "/keys/continue", ""));
    }
    std::fputs("\n", stderr);
    return tell(answer, output, [](const bj::value& told) {
        std::printf("epoch %lld wraps every key; the older epochs are destroyed\n",
                    number(told, "epoch"));
        return kDone;
    });
}

Result<int> preview_retention(const std::filesystem::path& data, Output output) {
    TRY(const auto answer, ask_admin(data, http::Method::get, "/retention/preview", ""));
    return tell(answer, output, [](const bj::value& told) {
        std::printf("on %s, of %lld customers, %lld would lose values:\n", text(told, "at").c_str(),
                    number(told, "customers"), number(told, "customers_with_less"));
        for (const auto& [channel, values] : told.at("values").as_object()) {
            std::printf("  %6lld  by %s\n", values.to_number<long long>(),
                        std::string(channel).c_str());
        }
        std::printf("  %6lld  held back\n", number(told, "held_back"));
        return kDone;
    });
}

Result<int> run_retention(const std::filesystem::path& data, Output output) {
    TRY(const auto answer, ask_admin(data, http::Method::post, "/retention/run", ""));
    return tell(answer, output, [](const bj::value& told) {
        std::printf("%lld customers looked at, %lld values taken, %lld held back\n",
                    number(told, "customers"), number(told, "taken"), number(told, "held_back"));
        return kDone;
    });
}

}  // namespace avow::app
