// SPDX-License-Identifier: Apache-2.0
#include "base/json.hh"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <set>
#include <vector>

#include <boost/json.hpp>
#include <boost/json/basic_parser_impl.hpp>

#include "base/text.hh"

namespace avow::json {
namespace {

namespace bj = boost::json;

// The keys of an object that is open. Most objects have few, and looking through those costs less
// than a tree does.
class Keys {
  public:
    // False: it is there.
    bool add(const std::string& key) {
        if (!many_.empty()) return many_.insert(key).second;
        if (std::find(few_.begin(), few_.end(), key) != few_.end()) return false;
        few_.push_back(key);
        if (few_.size() == kFew) many_.insert(few_.begin(), few_.end());
        return true;
    }

  private:
    static constexpr std::size_t kFew = 16;
    std::vector<std::string> few_;
    std::set<std::string> many_;  // all of them, once they are not few
};

// Boost's own parser keeps the last of two equal keys in silence. This handler watches the keys of
// every open object and stops at the first that comes again.
struct DuplicateWatch {
    static constexpr std::size_t max_object_size = std::size_t(-1);
    static constexpr std::size_t max_array_size = std::size_t(-1);
    static constexpr std::size_t max_key_size = std::size_t(-1);
    static constexpr std::size_t max_string_size = std::size_t(-1);

    std::vector<Keys> objects;
    std::string key;
    std::string duplicate;

    using Ec = boost::system::error_code;
    using View = bj::string_view;
    bool on_document_begin(Ec&) { return true; }
    bool on_document_end(Ec&) { return true; }
    bool on_object_begin(Ec&) {
        objects.emplace_back();
        return true;
    }
    bool on_object_end(std::size_t, Ec&) {
        objects.pop_back();
        return true;
    }
    bool on_array_begin(Ec&) { return true; }
    bool on_array_end(std::size_t, Ec&) { return true; }
    bool on_key_part(View part, std::size_t, Ec&) {
        key.append(part.data(), part.size());
        return true;
    }
    bool on_key(View part, std::size_t, Ec& error) {
        key.append(part.data(), part.size());
        if (!objects.back().add(key)) {
            duplicate = key;
            error = bj::make_error_code(bj::error::syntax);
            return false;
        }
        key.clear();
        return true;
    }
    bool on_string_part(View, std::size_t, Ec&) { return true; }
    bool on_string(View, std::size_t, Ec&) { return true; }
    bool on_number_part(View, Ec&) { return true; }
    bool on_int64(std::int64_t, View, Ec&) { return true; }
    bool on_uint64(std::uint64_t, View, Ec&) { return true; }
    bool on_double(double number, View, Ec& error) {
        if (std::isfinite(number)) return true;
        error = bj::make_error_code(bj::error::exponent_overflow);
        return false;
    }
    bool on_bool(bool, Ec&) { return true; }
    bool on_null(Ec&) { return true; }
    bool on_comment_part(View, Ec&) { return true; }
    bool on_comment(View, Ec&) { return true; }
};

std::string place(std::string_view text, std::size_t at) {
    const auto before = text.substr(0, std::min(at, text.size()));
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const auto line_start = before.rfind('\n');
    const auto column = before.size() - (line_start == std::string_view::npos ? 0 : line_start + 1);
    return "line " + std::to_string(line) + ", column " + std::to_string(column + 1);
}

Error wrong(std::string_view text, std::size_t at, std::string_view what) {
    return {Code::invalid, "not valid JSON: " + std::string(what) + " at " + place(text, at)};
}

// RFC 8785 §3.2.3 sorts by UTF-16 code units. Surrogates (0xD800 up) sort before U+E000 to U+FFFF.
bool utf16_less(std::string_view a, std::string_view b) {
    const auto [left, right] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
    if (left == a.end() || right == b.end()) return a.size() < b.size();
    const auto x = static_cast<unsigned char>(*left);
    const auto y = static_cast<unsigned char>(*right);
    if (x >= 0xee && y >= 0xee && (x >= 0xf0) != (y >= 0xf0)) return x >= 0xf0;
    return x < y;
}

void append_string(std::string& out, std::string_view text) {
    constexpr std::string_view kHex = "0123456789abcdef";
    constexpr std::string_view kShort = "\b\t\n\f\r\"\\";
    constexpr std::string_view kLetter = "btnfr\"\\";
    out += '"';
    for (const char c : text) {
        if (const auto at = kShort.find(c); at != std::string_view::npos) {
            out += '\\';
            out += kLetter[at];
        } else if (static_cast<unsigned char>(c) < 0x20) {
            out += "\\u00";
            out += kHex[static_cast<unsigned char>(c) >> 4];
            out += kHex[static_cast<unsigned char>(c) & 15];
        } else {
            out += c;
        }
    }
    out += '"';
}

void append_integer(std::string& out, std::int64_t number) {
    constexpr std::int64_t kExact = std::int64_t{1} << 53;
    if (number > kExact || number < -kExact) std::abort();
    out += std::to_string(number);
}

void append(std::string& out, const bj::value& value);

void append_object(std::string& out, const bj::object& object) {
    std::vector<const bj::key_value_pair*> members;
    for (const auto& member : object) members.push_back(&member);
    std::sort(members.begin(), members.end(), [](const auto* a, const auto* b) {
        return utf16_less({a->key().data(), a->key().size()}, {b->key().data(), b->key().size()});
    });
    out += '{';
    for (const auto* member : members) {
        if (member != members.front()) out += ',';
        append_string(out, {member->key().data(), member->key().size()});
        out += ':';
        append(out, member->value());
    }
    out += '}';
}

void append(std::string& out, const bj::value& value) {
    switch (value.kind()) {
        case bj::kind::null:
            out += "null";
            return;
        case bj::kind::bool_:
            out += value.get_bool() ? "true" : "false";
            return;
        case bj::kind::int64:
            return append_integer(out, value.get_int64());
        case bj::kind::uint64:
            return append_integer(out, value.to_number<std::int64_t>());
        case bj::kind::double_:
            std::abort();
        case bj::kind::string:
            return append_string(out, {value.get_string().data(), value.get_string().size()});
        case bj::kind::object:
            return append_object(out, value.get_object());
        case bj::kind::array:
            break;
    }
    out += '[';
    bool first = true;
    for (const auto& item : value.get_array()) {
        if (!first) out += ',';
        first = false;
        append(out, item);
    }
    out += ']';
}

}  // namespace

Result<bj::value> parse(std::string_view text) {
    if (const auto at = first_invalid_utf8(text)) return wrong(text, *at, "invalid UTF-8");
    bj::parse_options options;
    options.max_depth = kDepthMax;
    bj::basic_parser<DuplicateWatch> watch(options);
    boost::system::error_code error;
    const auto read = watch.write_some(false, text.data(), text.size(), error);
    if (!watch.handler().duplicate.empty()) {
        // The key is the sender's own word and may be anybody's name: point, do not quote.
        return wrong(text, read, "a key stands twice in one object");
    }
    if (error == bj::error::too_deep) return wrong(text, read, "nested too deeply");
    if (error == bj::error::incomplete) return wrong(text, text.size(), "it ends too early");
    if (error) return wrong(text, read, error.message());
    if (trimmed(text.substr(read)) != "") return wrong(text, read, "something follows the value");
    return bj::parse({text.data(), text.size()}, error, {}, options);
}

std::string canonical(const bj::value& value) {
    std::string out;
    append(out, value);
    return out;
}

}  // namespace avow::json
