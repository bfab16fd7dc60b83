// SPDX-License-Identifier: Apache-2.0
// Reading JSON bodies: every wrong, missing or unknown member is named by its RFC 6901 pointer, all
// of them at once. Values are never repeated in the words.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include "api/errors.hh"
#include "base/result.hh"
#include "http/message.hh"

namespace avow::api {

// The body of a request; `denied` without the content type application/json, `invalid` when it is
// not JSON: both are for unreadable().
Result<boost::json::value> read_body(const http::Request& request);

enum class Need { required, optional };

// Wrong places, gathered while an input is read.
class Wrongs {
  public:
    void add(std::string pointer, std::string detail);
    bool none() const { return error_.inputs().empty(); }
    // `invalid` when anything was wrong.
    Status result() const;

  private:
    Error error_{Code::invalid, "the input is not right"};
};

class ObjectReader {
  public:
    ObjectReader(const boost::json::value& value, std::string pointer, Wrongs& wrongs);

    std::optional<std::string> text(std::string_view key, Need need);
    std::optional<bool> flag(std::string_view key, Need need);
    std::optional<std::int64_t> number(std::string_view key, Need need);
    std::vector<std::string> texts(std::string_view key, Need need);
    // Members of an object by name, each a text (or a flag).
    std::vector<std::pair<std::string, std::string>> text_members(std::string_view key, Need need);
    std::vector<std::pair<std::string, bool>> flag_members(std::string_view key, Need need);
    const boost::json::value* value(std::string_view key, Need need);
    std::string pointer_to(std::string_view key) const;

    // Names every member that nobody asked for, with the nearest known one.
    void finish();

  private:
    const boost::json::object* object_;
    std::string pointer_;
    Wrongs& wrongs_;
    std::vector<std::string> known_;
};

// Declares a reader of the body's object, and where it gathers what is wrong; or answers.
#define BODY_OR_ANSWER(reader, wrongs)                                               \
    const auto body_of_##reader = ::avow::api::read_body(request);                   \
    if (!body_of_##reader) return ::avow::api::unreadable(body_of_##reader.error()); \
    ::avow::api::Wrongs wrongs;                                                      \
    ::avow::api::ObjectReader reader(*body_of_##reader, "", wrongs)
// Everything was read: answers with all that is wrong, if anything is.
#define END_OR_ANSWER(reader, wrongs) \
    reader.finish();                  \
    if (auto fits = wrongs.result(); !fits) return ::avow::api::answer(fits.error())

}  // namespace avow::api
