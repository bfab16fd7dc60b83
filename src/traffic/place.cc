// SPDX-License-Identifier: Apache-2.0
#include "traffic/place.hh"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/text.hh"

namespace avow::traffic {
namespace {

constexpr std::size_t kDigitsMax = 5;  // a longer run may be somebody's number
constexpr std::size_t kTokenMin = 20;  // a word with digits this long is a key, not a word

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_alnum(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_local_part(char c) {
    return is_alnum(c) || std::string_view("._%+-").find(c) != std::string_view::npos ||
           static_cast<unsigned char>(c) >= 0x80;
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (auto& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

int hex_digit(char c) {
    if (is_digit(c)) return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::string decoded(std::string_view text, bool plus_is_space) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool octet = text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
                           hex_digit(text[i + 2]) >= 0;
        if (octet) {
            out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
            i += 2;
        } else {
            out += text[i] == '+' && plus_is_space ? ' ' : text[i];
        }
    }
    return out;
}

bool is_plain(std::string_view text) {
    const bool control = std::any_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    });
    return !control && !first_invalid_utf8(text);
}

std::string bare_host(std::string_view authority) {
    if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
        authority.remove_prefix(at + 1);  // a user and password are nobody's business
    }
    const auto colon = authority.rfind(':');
    if (colon != std::string_view::npos && !authority.ends_with(']')) {
        authority = authority.substr(0, colon);
    }
    auto host = lower(authority);
    if (host.starts_with("www.")) host.erase(0, 4);
    return host;
}

std::string mask_emails(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '@' || out.empty() || !is_local_part(out.back()) || i + 1 >= text.size() ||
            !is_alnum(text[i + 1])) {
            out += text[i];
            continue;
        }
        while (!out.empty() && is_local_part(out.back())) out.pop_back();
        while (i + 1 < text.size() &&
               (is_alnum(text[i + 1]) || text[i + 1] == '.' || text[i + 1] == '-' ||
                static_cast<unsigned char>(text[i + 1]) >= 0x80)) {
            ++i;
        }
        out += "[email]";
    }
    return out;
}

// A run of digits, which may hold the separators of a telephone number.
std::string mask_numbers(std::string_view text) {
    std::string out;
    std::size_t i = 0;
    while (i < text.size()) {
        if (!is_digit(text[i])) {
            out += text[i++];
            continue;
        }
        std::size_t end = i;
        std::size_t digits = 0;
        std::size_t last = i;
        while (end < text.size() && (is_digit(text[end]) || text[end] == ' ')) {
            if (is_digit(text[end])) {
                ++digits;
                last = end + 1;
            }
            ++end;
        }
        out +=
            digits > kDigitsMax ? std::string("[number]") : std::string(text.substr(i, last - i));
        i = last;
    }
    return out;
}

// Session keys, reset codes, UUIDs: one unbroken word, long, with a digit in it.
std::string mask_tokens(std::string_view text) {
    std::string out;
    std::size_t i = 0;
    while (i < text.size()) {
        std::size_t end = i;
        std::size_t digits = 0;
        while (end < text.size() && (is_alnum(text[end]) || text[end] == '-' || text[end] == '_')) {
            digits += is_digit(text[end++]) ? 1u : 0u;
        }
        if (end == i) {
            out += text[i++];
            continue;
        }
        // Words joined by hyphens have few digits; keys have many.
        const bool key = end - i >= kTokenMin && digits * 6 >= end - i;
        out += key ? std::string("[token]") : std::string(text.substr(i, end - i));
        i = end;
    }
    return out;
}

struct Known {
    std::string_view host;  // "google." stands for every ending
    std::string_view name;
    Channel channel;
};
constexpr std::array<Known, 45> kKnown{{
    {"google.", "Google", Channel::search},
    {"bing.com", "Bing", Channel::search},
    {"duckduckgo.com", "DuckDuckGo", Channel::search},
    {"search.yahoo.com", "Yahoo", Channel::search},
    {"yahoo.com", "Yahoo", Channel::search},
    {"yandex.", "Yandex", Channel::search},
    {"ya.ru", "Yandex", Channel::search},
    {"baidu.com", "Baidu", Channel::search},
    {"ecosia.org", "Ecosia", Channel::search},
    {"qwant.com", "Qwant", Channel::search},
    {"startpage.com", "Startpage", Channel::search},
    {"search.brave.com", "Brave", Channel::search},
    {"kagi.com", "Kagi", Channel::search},
    {"naver.com", "Naver", Channel::search},
    {"seznam.cz", "Seznam", Channel::search},
    {"sogou.com", "Sogou", Channel::search},
    {"facebook.com", "Facebook", Channel::social},
    {"fb.com", "Facebook", Channel::social},
    {"instagram.com", "Instagram", Channel::social},
    {"t.co", "X", Channel::social},
    {"x.com", "X", Channel::social},
    {"twitter.com", "X", Channel::social},
    {"linkedin.com", "LinkedIn", Channel::social},
    {"lnkd.in", "LinkedIn", Channel::social},
    {"reddit.com", "Reddit", Channel::social},
    {"youtube.com", "YouTube", Channel::social},
    {"youtu.be", "YouTube", Channel::social},
    {"pinterest.", "Pinterest", Channel::social},
    {"tiktok.com", "TikTok", Channel::social},
    {"bsky.app", "Bluesky", Channel::social},
    {"mastodon.social", "Mastodon", Channel::social},
    {"threads.net", "Threads", Channel::social},
    {"xing.com", "Xing", Channel::social},
    {"vk.com", "VK", Channel::social},
    {"weibo.com", "Weibo", Channel::social},
    {"news.ycombinator.com", "Hacker News", Channel::social},
    {"lobste.rs", "Lobsters", Channel::social},
    {"chatgpt.com", "ChatGPT", Channel::assistant},
    {"chat.openai.com", "ChatGPT", Channel::assistant},
    {"claude.ai", "Claude", Channel::assistant},
    {"perplexity.ai", "Perplexity", Channel::assistant},
    {"gemini.google.com", "Gemini", Channel::assistant},
    {"copilot.microsoft.com", "Copilot", Channel::assistant},
    {"mail.google.com", "Gmail", Channel::email},
    {"outlook.live.com", "Outlook", Channel::email},
}};

// "google." is any of its countries' hosts.
bool is_of(std::string_view host, std::string_view known) {
    const auto begins = [&](std::size_t at) { return at == 0 || host[at - 1] == '.'; };
    if (!known.ends_with('.')) {
        return host.ends_with(known) && begins(host.size() - known.size());
    }
    for (auto at = host.find(known); at != host.npos; at = host.find(known, at + 1)) {
        if (begins(at)) return true;
    }
    return false;
}

// The host itself or one below it; of several the longest, so mail.google.com is not Google.
const Known* find_known(std::string_view host) {
    const Known* best = nullptr;
    for (const auto& known : kKnown) {
        if (is_of(host, known.host) && (best == nullptr || known.host.size() > best->host.size()))
            best = &known;
    }
    return best;
}

Channel channel_of_medium(std::string_view medium, Channel otherwise) {
    const auto has = [&](std::string_view part) { return medium.find(part) != medium.npos; };
    if (has("cpc") || has("ppc") || has("paid") || has("display") || has("banner") || has("cpm")) {
        return Channel::paid;
    }
    if (has("mail") || has("newsletter")) return Channel::email;
    if (has("social")) return Channel::social;
    if (medium == "organic" || medium == "search") return Channel::search;
    return otherwise;
}

std::string campaign_part(std::string_view query, std::string_view name) {
    return cut(masked(find_parameter(query, name).value_or("")), kWordMax);
}

}  // namespace

std::string cut(std::string_view text, std::size_t most) {
    if (text.size() <= most) return std::string(text);
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0) == 0x80) --most;
    return std::string(text.substr(0, most));
}

std::string masked(std::string_view text) {
    return mask_numbers(mask_tokens(mask_emails(text)));
}

std::optional<Url> parse_url(std::string_view text) {
    if (text.size() > kUrlMax || !is_plain(text)) return std::nullopt;
    const auto mark = text.find("://");
    if (mark == std::string_view::npos) return std::nullopt;
    const auto scheme = lower(text.substr(0, mark));
    if (scheme != "http" && scheme != "https") return std::nullopt;
    text.remove_prefix(mark + 3);
    text = text.substr(0, text.find('#'));
    Url url;
    const auto question = text.find('?');
    if (question != std::string_view::npos) url.query = text.substr(question + 1);
    text = text.substr(0, question);
    const auto slash = text.find('/');
    url.host = bare_host(text.substr(0, slash));
    url.path = slash == std::string_view::npos ? "/" : std::string(text.substr(slash));
    if (url.host.empty() || url.host.find_first_of(" \"<>\\") != std::string::npos) {
        return std::nullopt;
    }
    return url;
}

std::string page_of(const Url& url, const std::vector<std::string>& kept_parameters) {
    auto path = decoded(url.path, false);
    if (!is_plain(path)) path = url.path;  // an encoding of something else: kept as it was sent
    auto page = masked(path);
    char join = '?';
    for (const auto& name : kept_parameters) {
        const auto value = find_parameter(url.query, name);
        if (!value || !is_plain(*value)) continue;
        page += join + name + "=" + masked(*value);
        join = '&';
    }
    return cut(page, kPageMax);
}

std::optional<std::string> find_parameter(std::string_view query, std::string_view name) {
    while (!query.empty()) {
        const auto pair = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(query.size(), pair.size() + 1));
        const auto equals = pair.find('=');
        if (pair.substr(0, equals) != name) continue;
        return equals == std::string_view::npos ? std::string()
                                                : decoded(pair.substr(equals + 1), true);
    }
    return std::nullopt;
}

std::optional<std::string> page_before(const Url& page, std::string_view referrer,
                                       const std::vector<std::string>& kept_parameters) {
    const auto before = parse_url(referrer);
    if (!before || before->host != page.host) return std::nullopt;
    return page_of(*before, kept_parameters);
}

Source source_of(const Url& page, std::string_view referrer) {
    Source found;
    if (const auto from = parse_url(referrer); from && from->host != page.host) {
        const auto* known = find_known(from->host);
        found.source =
            known != nullptr ? std::string(known->name) : cut(masked(from->host), kWordMax);
        found.channel = known != nullptr ? known->channel : Channel::referral;
    }
    std::string source;
    for (const auto* name : {"utm_source", "source", "ref"}) {
        if (source.empty()) source = campaign_part(page.query, name);
    }
    const auto medium = campaign_part(page.query, "utm_medium");
    const auto campaign = campaign_part(page.query, "utm_campaign");
    const auto click = find_parameter(page.query, "gclid") || find_parameter(page.query, "msclkid");
    if (!source.empty() && is_plain(source)) {
        const auto* known = find_known(lower(source));
        found.source = known != nullptr ? std::string(known->name) : source;
        if (found.channel == Channel::direct) {
            found.channel = known != nullptr ? known->channel : Channel::referral;
        }
    }
    if (click) found.channel = Channel::paid;
    if (!medium.empty()) found.channel = channel_of_medium(lower(medium), found.channel);
    const bool tagged = !medium.empty() || !campaign.empty() ||
                        find_parameter(page.query, "utm_source").has_value();
    if (tagged && is_plain(source + medium + campaign)) {
        found.campaign = source + kCampaignJoin + medium + kCampaignJoin + campaign;
    }
    return found;
}

}  // namespace avow::traffic
