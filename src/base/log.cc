// SPDX-License-Identifier: Apache-2.0
#include "base/log.hh"

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "base/time.hh"

namespace avow::log {
namespace {

std::string quoted(std::string_view text) {
    return boost::json::serialize(
        boost::json::value(boost::json::string(text.data(), text.size())));
}

spdlog::logger& sink() {
    static const auto logger = [] {
        auto made = std::make_shared<spdlog::logger>(
            "avow", std::make_shared<spdlog::sinks::stderr_sink_mt>());
        made->set_pattern("%v");
        made->flush_on(spdlog::level::info);
        return made;
    }();
    return *logger;
}

void write(spdlog::level::level_enum level, std::string_view name, std::string_view event,
           Fields fields) {
    if (!sink().should_log(level)) return;
    std::string line = "{\"time\":" + quoted(rfc3339(SystemClock().now())) +
                       ",\"level\":" + quoted(name) + ",\"event\":" + quoted(event);
    for (const auto& field : fields) {
        line += ',' + quoted(field.name()) + ':' + field.json();
    }
    sink().log(level, line + '}');
}

}  // namespace

Field::Field(std::string_view name, std::string_view value) : name_(name), json_(quoted(value)) {}

void set_level(Level level) {
    switch (level) {
        case Level::debug:
            return sink().set_level(spdlog::level::debug);
        case Level::info:
            return sink().set_level(spdlog::level::info);
        case Level::warn:
            return sink().set_level(spdlog::level::warn);
        case Level::error:
            return sink().set_level(spdlog::level::err);
    }
}

void debug(std::string_view event, Fields fields) {
    write(spdlog::level::debug, "debug", event, fields);
}
void info(std::string_view event, Fields fields) {
    write(spdlog::level::info, "info", event, fields);
}
void warn(std::string_view event, Fields fields) {
    write(spdlog::level::warn, "warn", event, fields);
}
void error(std::string_view event, Fields fields) {
    write(spdlog::level::err, "error", event, fields);
}

}  // namespace avow::log
