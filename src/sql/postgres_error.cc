// SPDX-License-Identifier: Apache-2.0
#include "sql/postgres_error.hh"

#include <algorithm>
#include <array>
#include <string>

namespace avow::sql {
namespace {

struct Meaning {
    std::string_view state;  // five characters, or the two of a class
    Code code;
    std::string_view words;
    bool try_again = false;
    bool lost = false;
};

constexpr std::string_view kFull = "the database's disk is full: nothing was kept";
constexpr std::string_view kStopping =
    "the database is stopping or starting: try again in a moment";
constexpr std::string_view kBusy = "others keep changing the same rows: try again";
constexpr std::string_view kRefused =
    "the database refuses the user or the password that `store` names";
constexpr std::string_view kDamaged = "the store is damaged";
constexpr std::string_view kThere = "this is there already";

// The first that fits; whole codes stand before their class.
constexpr std::array kMeanings = {
    Meaning{"23", Code::conflict, kThere},
    Meaning{"22", Code::invalid, "a value cannot be stored as it is"},
    Meaning{"40001", Code::unavailable, kBusy, true},
    Meaning{"40P01", Code::unavailable, kBusy, true},
    Meaning{"55P03", Code::unavailable, kBusy, true},
    Meaning{"40", Code::unavailable, kBusy, true},
    Meaning{"53100", Code::unavailable, kFull},
    Meaning{"53300", Code::unavailable,
            "the database has no connection free: raise its max_connections, or use fewer nodes",
            false, true},
    Meaning{"53", Code::unavailable, "the database has not enough memory or disk"},
    Meaning{"57P01", Code::unavailable, kStopping, false, true},
    Meaning{"57P02", Code::unavailable, kStopping, false, true},
    Meaning{"57P03", Code::unavailable, kStopping, false, true},
    Meaning{"57P05", Code::unavailable, kStopping, false, true},
    Meaning{"25P03", Code::unavailable, "the database gave a slow transaction up", false, true},
    Meaning{"57014", Code::unavailable, "the database gave a statement up: it took too long"},
    Meaning{"25006", Code::unavailable,
            "the database only reads: it is a standby, and no other host takes writes", false,
            true},
    Meaning{"28", Code::denied, kRefused, false, true},
    Meaning{"3D", Code::not_found, "the database that `store` names is not there: create it first",
            false, true},
    Meaning{"42501", Code::denied, "the database's user may not do this: grant it its schema"},
    Meaning{"54", Code::too_large, "this is more than the database takes"},
    Meaning{"58", Code::unavailable, "the database's disk fails"},
    Meaning{"XX001", Code::corrupt, kDamaged},
    Meaning{"XX002", Code::corrupt, kDamaged},
    Meaning{"08", Code::unavailable, kStopping, false, true},
};

// Classes whose messages may repeat a value.
bool may_hold_values(std::string_view state) {
    return state.starts_with("22") || state.starts_with("23");
}

}  // namespace

PostgresFailure failure_of_state(std::string_view state, std::string_view message) {
    const auto* meaning = std::find_if(kMeanings.begin(), kMeanings.end(), [&](const auto& one) {
        return state.starts_with(one.state);
    });
    std::string cause = "PostgreSQL " + std::string(state);
    if (!may_hold_values(state)) cause += ": " + std::string(message);
    if (meaning == kMeanings.end())
        return {Error(Code::internal, "the store failed").caused_by(std::move(cause))};
    return {Error(meaning->code, std::string(meaning->words)).caused_by(std::move(cause)),
            meaning->try_again, meaning->lost};
}

PostgresFailure failure_of(const PGresult* result) {
    const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char* message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    if (state == nullptr) {
        // libpq's own: the connection broke, with or without a last word of the server.
        return {Error(Code::unavailable, "the connection to the database was lost")
                    .caused_by("PostgreSQL ended the connection"),
                false, true};
    }
    return failure_of_state(state, message == nullptr ? "" : message);
}

PostgresFailure failure_of(PGconn* connection) {
    // Before a connection stands libpq gives words only; its FATAL lines are the server's own.
    const std::string_view words = PQerrorMessage(connection);
    const auto says = [&](std::string_view part) { return words.find(part) != words.npos; };
    const auto state = says("too many clients") || says("remaining connection slots") ||
                               says("too many connections")
                           ? "53300"
                       : says("starting up") || says("shutting down") || says("recovery mode") ||
                               says("not yet accepting connections")
                           ? "57P03"
                       : says("authentication failed") || says("no password supplied") ||
                               says("no pg_hba.conf entry") || says("role \"")
                           ? "28000"
                       : says("database \"") && says("does not exist") ? "3D000"
                       : says("not read-write") || says("read-only")   ? "25006"
                                                                       : "";
    std::string cause(words.substr(0, words.find_last_not_of('\n') + 1));
    std::replace(cause.begin(), cause.end(), '\n', ' ');
    if (*state != '\0') return failure_of_state(state, cause);
    return {Error(Code::unavailable,
                  "the database cannot be reached: it is stopped, or `store` names another place")
                .caused_by(std::move(cause)),
            false, true};
}

}  // namespace avow::sql
