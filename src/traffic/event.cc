// SPDX-License-Identifier: Apache-2.0
#include "traffic/event.hh"

#include <boost/json.hpp>

#include "base/json.hh"
#include "base/text.hh"
#include "traffic/place.hh"

namespace avow::traffic {
namespace {

namespace bj = boost::json;

constexpr std::size_t kSitesMax = 10;      // LIMIT: sites that one event may be for
constexpr std::size_t kLoadMax = 32;       // LIMIT: bytes of a page load's word
constexpr std::size_t kPropertyMax = 300;  // LIMIT: bytes of a property's value

bool is_plain(std::string_view text) {
    for (const char c : text) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return false;
    }
    return true;
}

class Fields {
  public:
    explicit Fields(const bj::object& object) : object_(object) {}

    const bj::value* find(std::initializer_list<std::string_view> names) const {
        for (const auto name : names) {
            const auto* value = object_.if_contains(bj::string_view(name.data(), name.size()));
            if (value != nullptr && !value->is_null()) return value;
        }
        return nullptr;
    }

    // Empty when absent.
    std::string text(std::initializer_list<std::string_view> names, std::size_t most) {
        const auto* value = find(names);
        if (value == nullptr) return {};
        if (value->is_int64() || value->is_uint64()) return bj::serialize(*value);
        const auto* string = value->if_string();
        if (string == nullptr) return wrong(names, "must be a text");
        if (string->size() > most) {
            return wrong(names, "is longer than " + std::to_string(most) + " bytes");
        }
        if (!is_plain({string->data(), string->size()})) {
            return wrong(names, "holds control characters");
        }
        return std::string(*string);
    }

    std::optional<std::int64_t> number(std::initializer_list<std::string_view> names,
                                       std::int64_t most) {
        const auto* value = find(names);
        if (value == nullptr) return std::nullopt;
        boost::system::error_code error;
        const auto number = value->is_number() ? value->to_number<double>(error) : -1.0;
        if (error || !value->is_number() || number < 0) {
            wrong(names, "must be a number from 0");
            return std::nullopt;
        }
        return number > static_cast<double>(most) ? most : static_cast<std::int64_t>(number);
    }

    std::string wrong(std::initializer_list<std::string_view> names, std::string detail) {
        error_ = std::move(error_).at("/" + std::string(*names.begin()), std::move(detail));
        return {};
    }
    Status result() const {
        if (error_.inputs().empty()) return {};
        return error_;
    }

  private:
    const bj::object& object_;
    Error error_{Code::invalid, "the event is not right"};
};

Result<bj::value> parse_object(std::string_view body) {
    if (body.size() > kEventBytesMax) {
        return Error(Code::too_large,
                     "an event has at most " + std::to_string(kEventBytesMax) + " bytes");
    }
    TRY(auto value, json::parse(body));
    if (!value.is_object()) return Error(Code::invalid, "an event must be a JSON object");
    return value;
}

std::optional<std::string> scalar_text(const bj::value& value) {
    if (const auto* text = value.if_string()) return std::string(*text);
    if (value.is_bool() || value.is_number()) return bj::serialize(value);
    return std::nullopt;
}

std::vector<std::string> read_properties(Fields& fields, const bj::value* given) {
    std::vector<std::string> properties;
    bj::value parsed;
    if (given != nullptr && given->is_string()) {
        auto inner = json::parse({given->get_string().data(), given->get_string().size()});
        if (!inner) {
            fields.wrong({"p"}, "is a text that holds no JSON");
            return properties;
        }
        parsed = std::move(*inner);
        given = &parsed;
    }
    if (given == nullptr) return properties;
    if (!given->is_object() || given->get_object().size() > kPropertiesMax) {
        fields.wrong({"p"}, "must be an object of at most 30 members");
        return properties;
    }
    for (const auto& [key, value] : given->get_object()) {
        const auto text = scalar_text(value);
        if (!text || !is_plain(*text) || !is_plain({key.data(), key.size()})) {
            fields.wrong({"p"}, "must hold only texts, numbers and flags");
            return {};
        }
        properties.push_back(cut(masked({key.data(), key.size()}), kWordMax) + "=" +
                             cut(masked(*text), kPropertyMax));
    }
    return properties;
}

void read_telling(Fields& fields, Event& event) {
    const auto firsts = fields.number({"s"}, 1 << 20);
    if (!firsts) return;
    const auto gap = fields.number({"g"}, 1 << 20);
    const auto depth = fields.number({"k"}, 1 << 20);
    event.telling = telling_of(*firsts, gap.value_or(-1), depth.value_or(-1));
    if (!event.telling) fields.wrong({"s"}, "with g and k says what no cookie of ours can say");
}

void read_engagement(Fields& fields, Event& event) {
    constexpr std::int64_t kMost = 24 * 60 * 60 * 1000;
    event.engaged_ms = fields.number({"e"}, kMost).value_or(0);
    const auto told = fields.number({"w"}, kMost).value_or(0);
    if (told > 0) event.told_ms = told;  // 0: this load told nothing yet
    event.load = fields.text({"b"}, kLoadMax);
    event.sequence = fields.number({"q"}, 1'000'000).value_or(0);
}

void check_url(Fields& fields, const Event& event) {
    if (event.url.empty()) {
        fields.wrong({"u"}, "must be the address of the page");
    } else if (!parse_url(event.url)) {
        fields.wrong({"u"}, "must be an address that starts with http:// or https://");
    }
}

}  // namespace

Result<std::vector<Event>> parse_event(std::string_view body) {
    TRY(const auto value, parse_object(body));
    Fields fields(value.get_object());
    Event event;
    event.name = fields.text({"n", "name"}, kWordMax);
    if (event.name.empty()) fields.wrong({"n"}, "must name the event, as \"pageview\"");
    event.url = fields.text({"u", "url"}, kUrlMax);
    if (fields.result()) check_url(fields, event);
    const auto sites = fields.text({"d", "domain"}, kWordMax * kSitesMax);
    event.referrer = fields.text({"r", "referrer"}, kUrlMax);
    if (auto from = fields.text({"f"}, kUrlMax); !from.empty()) event.from = std::move(from);
    event.properties = read_properties(fields, fields.find({"p", "props", "m", "meta"}));
    read_telling(fields, event);
    read_engagement(fields, event);
    TRY_OK(fields.result());
    std::vector<Event> events;
    const auto named = split(sites, ',');
    for (const auto site : named) {
        if (events.size() >= kSitesMax) break;
        events.push_back(named.size() == 1 ? std::move(event) : event);
        events.back().site = trimmed(site);
    }
    return events;
}

Result<std::optional<Event>> parse_umami(std::string_view body) {
    TRY(const auto value, parse_object(body));
    Fields outer(value.get_object());
    const auto type = outer.text({"type"}, kWordMax);
    const auto* payload = outer.find({"payload"});
    if (payload == nullptr || !payload->is_object()) outer.wrong({"payload"}, "must be an object");
    if (type.empty()) outer.wrong({"type"}, "must name the type, as \"event\"");
    TRY_OK(outer.result());
    if (type != "event") return std::optional<Event>();
    Fields fields(payload->get_object());
    Event event;
    event.name = fields.text({"name"}, kWordMax);
    if (event.name.empty()) event.name = "pageview";
    event.site = fields.text({"website"}, kWordMax);
    const auto host = fields.text({"hostname"}, kWordMax);
    event.url = fields.text({"url"}, kUrlMax);
    if (event.url.starts_with('/')) event.url = "https://" + host + event.url;
    event.referrer = fields.text({"referrer"}, kUrlMax);
    event.properties = read_properties(fields, fields.find({"data"}));
    if (fields.result()) check_url(fields, event);
    TRY_OK(fields.result());
    return std::optional<Event>(std::move(event));
}

}  // namespace avow::traffic
