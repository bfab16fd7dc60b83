// SPDX-License-Identifier: Apache-2.0
#include "traffic/logs/line.hh"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

#include <boost/json.hpp>

#include "base/bytes.hh"
#include "base/json.hh"
#include "base/text.hh"

namespace avow::traffic {
namespace {

namespace bj = boost::json;

constexpr std::size_t kLineMax = 64 * 1024;  // LIMIT: bytes of a line
constexpr std::array<std::string_view, 6> kNames{"common", "combined",   "vhost",
                                                 "caddy",  "cloudfront", "w3c"};
constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

Error wrong(std::string what) {
    return Error(Code::invalid, std::move(what));
}

template <typename Number>
std::optional<Number> number(std::string_view text) {
    Number value{};
    const auto* end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, value);
    return error == std::errc() && at == end ? std::optional(value) : std::nullopt;
}

std::optional<std::int64_t> seconds_of(int year, int month, int day, int hour, int minute,
                                       int second) {
    const std::chrono::year_month_day date{std::chrono::year(year) /
                                           std::chrono::month(static_cast<unsigned>(month)) /
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
    const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
    return days * 86400 + hour * 3600 + minute * 60 + second;
}

// 10/Oct/2000:13:55:36 -0700
std::optional<Time> clf_time(std::string_view text) {
    if (text.size() != 26) return std::nullopt;
    const auto part = [&](std::size_t at, std::size_t size) {
        return number<int>(text.substr(at, size)).value_or(-1);
    };
    const auto month = std::find(kMonths.begin(), kMonths.end(), text.substr(3, 3));
    const int numbers[] = {part(0, 2),  part(7, 4),  part(12, 2), part(15, 2),
                           part(18, 2), part(22, 2), part(24, 2)};
    const bool negative =
        std::any_of(std::begin(numbers), std::end(numbers), [](int value) { return value < 0; });
    if (month == kMonths.end() || negative || (text[21] != '+' && text[21] != '-')) {
        return std::nullopt;
    }
    const auto local = seconds_of(numbers[1], static_cast<int>(month - kMonths.begin()) + 1,
                                  numbers[0], numbers[2], numbers[3], numbers[4]);
    if (!local) return std::nullopt;
    const int offset = (numbers[5] * 60 + numbers[6]) * 60 * (text[21] == '-' ? -1 : 1);
    return Time{(*local - offset) * kSecondMs};
}

class Cursor {
  public:
    explicit Cursor(std::string_view rest) : rest_(rest) {}
    std::string_view rest() const { return rest_; }

    std::string_view word() {
        const auto end = std::min(rest_.find(' '), rest_.size());
        return take(end, end);
    }
    // Between brackets or quotes; a quote after a backslash belongs to the text.
    std::optional<std::string_view> within(char open, char close) {
        if (rest_.empty() || rest_[0] != open) return std::nullopt;
        auto end = rest_.find(close, 1);
        if (end == rest_.npos) return std::nullopt;
        if (rest_.substr(0, end).find('\\') != rest_.npos) {
            end = 1;
            while (end < rest_.size() && rest_[end] != close) end += rest_[end] == '\\' ? 2 : 1;
            if (end >= rest_.size()) return std::nullopt;
        }
        auto inside = take(end, end + 1);
        inside.remove_prefix(1);
        return inside;
    }

  private:
    std::string_view take(std::size_t size, std::size_t used) {
        const auto taken = rest_.substr(0, size);
        rest_.remove_prefix(std::min(used, rest_.size()));
        if (rest_.starts_with(' ')) rest_.remove_prefix(1);
        return taken;
    }
    std::string_view rest_;
};

std::string_view or_empty(std::string_view text) {
    return text == "-" ? std::string_view() : text;
}

Status read_request(std::string_view request, LogLine& line) {
    const auto first = request.find(' ');
    const auto last = request.rfind(' ');
    if (first == request.npos) return wrong("the request is not METHOD TARGET PROTOCOL");
    line.method = request.substr(0, first);
    const auto end = last > first ? last : request.size();
    line.target = request.substr(first + 1, end - first - 1);
    if (line.target.empty()) return wrong("the request has no target");
    return {};
}

Result<std::optional<LogLine>> read_clf(std::string_view text, LogFormat format) {
    Cursor cursor(text);
    LogLine line;
    if (format == LogFormat::vhost) line.host = cursor.word();
    line.address = cursor.word();
    cursor.word();
    // A user's name may hold spaces: the time's bracket ends it.
    const auto bracket = cursor.rest().find('[');
    if (bracket == std::string_view::npos) return wrong("there is no time in brackets");
    Cursor after(cursor.rest().substr(bracket));
    const auto time = after.within('[', ']');
    const auto at = time ? clf_time(*time) : std::nullopt;
    if (!at) return wrong("the time is not as 10/Oct/2000:13:55:36 -0700");
    line.at = *at;
    const auto request = after.within('"', '"');
    if (!request) return wrong("there is no request in quotes");
    TRY_OK(read_request(*request, line));
    const auto status = number<int>(after.word());
    if (!status || *status < 100 || *status > 999) return wrong("the status is no number");
    line.status = *status;
    line.bytes = number<std::int64_t>(after.word()).value_or(0);
    if (format == LogFormat::common) return std::optional(std::move(line));
    const auto referrer = after.within('"', '"');
    const auto agent = after.within('"', '"');
    if (!referrer || !agent) return wrong("there is no referrer and user agent in quotes");
    line.referrer = or_empty(*referrer);
    line.agent = or_empty(*agent);
    return std::optional(std::move(line));
}

std::string text_at(const bj::object& object, std::initializer_list<const char*> names) {
    for (const auto* name : names) {
        const auto* value = object.if_contains(name);
        if (value != nullptr && value->is_string()) return std::string(value->get_string());
    }
    return {};
}

std::string header_at(const bj::object& request, const char* name) {
    const auto* headers = request.if_contains("headers");
    if (headers == nullptr || !headers->is_object()) return {};
    const auto* values = headers->get_object().if_contains(name);
    if (values == nullptr || !values->is_array() || values->get_array().empty()) return {};
    const auto& first = values->get_array().front();
    return first.is_string() ? std::string(first.get_string()) : std::string();
}

Result<std::optional<LogLine>> read_caddy(std::string_view text) {
    auto parsed = json::parse(text);
    if (!parsed || !parsed->is_object()) return wrong("the line is no JSON object");
    const auto& object = parsed->get_object();
    const auto* request = object.if_contains("request");
    const auto* time = object.if_contains("ts");
    const auto* status = object.if_contains("status");
    if (request == nullptr || !request->is_object()) return wrong("there is no request");
    if (time == nullptr || !time->is_number()) return wrong("ts is no number");
    if (status == nullptr || !status->is_int64()) return wrong("status is no number");
    const auto& asked = request->get_object();
    LogLine line;
    line.at = {static_cast<std::int64_t>(time->to_number<double>() * 1000)};
    line.address = line.hold(text_at(asked, {"client_ip", "remote_ip", "remote_addr"}));
    line.method = line.hold(text_at(asked, {"method"}));
    line.target = line.hold(text_at(asked, {"uri"}));
    line.host = line.hold(text_at(asked, {"host"}));
    line.agent = line.hold(header_at(asked, "User-Agent"));
    line.referrer = line.hold(header_at(asked, "Referer"));
    line.status = static_cast<int>(status->get_int64());
    if (const auto* size = object.if_contains("size"); size != nullptr && size->is_int64()) {
        line.bytes = size->get_int64();
    }
    if (line.target.empty()) return wrong("the request has no uri");
    return std::optional(std::move(line));
}

// CloudFront encodes spaces in its fields; W3C writes them as plus signs.
std::string unescaped(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+') {
            out += ' ';
        } else if (text[i] == '%' && i + 2 < text.size() && text[i + 1] == '2' &&
                   (text[i + 2] == '0' || text[i + 2] == '5')) {
            // %2520 is a space that was encoded twice.
            if (text[i + 2] == '5' && text.substr(i + 3, 2) == "20") i += 2;
            out += ' ';
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

}  // namespace

std::optional<LogFormat> log_format_from(std::string_view name) {
    const auto found = std::find(kNames.begin(), kNames.end(), name);
    if (found == kNames.end()) return std::nullopt;
    return static_cast<LogFormat>(found - kNames.begin());
}

std::string_view name_of(LogFormat format) {
    return kNames[static_cast<std::size_t>(format)];
}

void LogLine::wipe() {
    for (auto& text : held_) avow::wipe(text.data(), text.size());
}

Result<std::optional<LogLine>> LogReader::read_fields(std::string_view text) {
    constexpr std::string_view kFields = "#Fields:";
    if (text.starts_with(kFields)) {
        fields_.clear();
        for (const auto name : split(trimmed(text.substr(kFields.size())), ' ')) {
            if (!name.empty()) fields_.emplace_back(name);
        }
        return std::optional<LogLine>();
    }
    if (text.starts_with('#')) return std::optional<LogLine>();
    if (fields_.empty()) return wrong("no #Fields line came before");
    const auto values = split(text, text.find('\t') != text.npos ? '\t' : ' ');
    if (values.size() < fields_.size()) return wrong("it has fewer fields than #Fields names");
    LogLine line;
    std::string_view date, time, stem, query;
    for (std::size_t i = 0; i < fields_.size(); ++i) {
        const auto& name = fields_[i];
        const auto value = values[i];
        if (name == "date") date = value;
        if (name == "time") time = value;
        if (name == "c-ip") line.address = value;
        if (name == "cs-method") line.method = value;
        if (name == "cs-uri-stem") stem = value;
        if (name == "cs-uri-query") query = or_empty(value);
        if (name == "sc-status") line.status = number<int>(value).value_or(0);
        if (name == "sc-bytes") line.bytes = number<std::int64_t>(value).value_or(0);
        if (name == "cs(User-Agent)") line.agent = line.hold(unescaped(or_empty(value)));
        if (name == "cs(Referer)") line.referrer = or_empty(value);
        if (name == "x-host-header" || (name == "cs-host" && line.host.empty()) ||
            (name == "cs(Host)" && line.host.empty())) {
            line.host = or_empty(value);
        }
    }
    const auto at = from_rfc3339(std::string(date) + "T" + std::string(time) + "Z");
    if (!at) return wrong("date and time are not as 2026-01-31 and 12:34:56");
    if (stem.empty() || line.status == 0) return wrong("there is no cs-uri-stem or no sc-status");
    line.at = *at;
    line.target = query.empty() ? stem : line.hold(std::string(stem) + "?" + std::string(query));
    return std::optional(std::move(line));
}

Result<std::optional<LogLine>> LogReader::read(std::string_view text) {
    if (text.ends_with('\r')) text.remove_suffix(1);
    if (trimmed(text).empty()) return std::optional<LogLine>();
    if (text.size() > kLineMax) return wrong("the line is longer than 64 KiB");
    if (first_invalid_utf8(text)) return wrong("the line is not UTF-8");
    switch (format_) {
        case LogFormat::common:
        case LogFormat::combined:
        case LogFormat::vhost:
            return read_clf(text, format_);
        case LogFormat::caddy:
            return read_caddy(text);
        case LogFormat::cloudfront:
        case LogFormat::w3c:
            return read_fields(text);
    }
    return wrong("the format is unknown");
}

std::optional<LogFormat> guess_format(std::string_view head) {
    if (head.starts_with('#')) {
        return head.find("cs(User-Agent)") != head.npos && head.find("x-edge") != head.npos
                   ? LogFormat::cloudfront
                   : LogFormat::w3c;
    }
    const auto line = head.substr(0, head.find('\n'));
    if (line.starts_with('{')) return LogFormat::caddy;
    for (const auto format : {LogFormat::combined, LogFormat::vhost, LogFormat::common}) {
        const auto read = LogReader(format).read(line);
        if (!read || !*read) continue;
        // "host address - user [": a combined line has its time third or fourth.
        const auto words = split(line.substr(0, line.find('[')), ' ');
        if (format != LogFormat::common && words.size() > 4 && format != LogFormat::vhost) continue;
        return format;
    }
    return std::nullopt;
}

}  // namespace avow::traffic
