// SPDX-License-Identifier: Apache-2.0
#include "services/desk/ringing.hh"

#include <algorithm>

namespace avow::services {
namespace {

// As the console takes it from behind the # (web/console/desk/number.ts): digits with what people
// write between them.
bool is_number(std::string_view text) {
    const auto rest = text.starts_with('+') ? text.substr(1) : text;
    const auto digits =
        std::count_if(rest.begin(), rest.end(), [](char c) { return c >= '0' && c <= '9'; });
    return digits >= 3 && text.size() <= Ringing::kNumberMax &&
           rest.find_first_not_of("0123456789 ()./-") == rest.npos;
}

bool is_plain(std::string_view text, std::size_t most) {
    return text.size() <= most &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

}  // namespace

void Ringing::forget_gone(Time now) {
    std::erase_if(calls_, [&](const Call& one) { return now - one.at > kStayMs; });
    std::erase_if(seats_, [&](const auto& one) { return now - one.second.at > kExtensionMs; });
}

bool Ringing::is_for(const Call& call, const EmployeeId& who) const {
    if (call.to) return *call.to == who;
    const auto seat = call.extension.empty() ? seats_.end() : seats_.find(call.extension);
    return seat != seats_.end() && seat->second.who == who;
}

bool Ringing::may_see(const Call& call, const EmployeeId& who) const {
    if (call.taken) return false;
    if (is_for(call, who)) return true;
    return !call.to && !call.answered && !seats_.contains(call.extension);
}

std::vector<Ringing::Call>::iterator Ringing::find(const RingNews& news) {
    return std::find_if(calls_.begin(), calls_.end(), [&](const Call& one) {
        if (!news.call.empty()) return one.call == news.call;
        // One without an id is known by its number, until somebody took it: then it is another.
        return news.number && one.call.empty() && !one.taken &&
               one.number.reveal(token_) == news.number->reveal(token_);
    });
}

Status Ringing::tell(RingNews news) {
    Error wrong(Code::invalid, "the call cannot be shown");
    if (news.number && !is_number(news.number->reveal(token_))) {
        wrong = std::move(wrong).at("/number",
                                    "is no telephone number: at least three digits, 31 characters "
                                    "at most, a + before them and spaces and - . ( ) / between");
    } else if (!news.number && (news.state == RingState::ringing || news.call.empty())) {
        wrong = std::move(wrong).at("/number", "is missing: whose call is it?");
    }
    if (!is_plain(news.call, kCallMax))
        wrong = std::move(wrong).at("/call", "may be 200 characters of ASCII without spaces");
    if (!is_plain(news.extension, kExtensionMax))
        wrong = std::move(wrong).at("/to", "is neither an address nor an extension");
    if (!wrong.inputs().empty()) return wrong;

    const auto now = clock_.now();
    const std::lock_guard lock(mutex_);
    forget_gone(now);
    const auto known = find(news);
    const bool named = news.to || !news.extension.empty();
    if (news.state == RingState::ended || (news.state == RingState::taken && !named)) {
        if (known != calls_.end()) calls_.erase(known);
        return {};
    }
    if (known == calls_.end()) {
        if (news.state != RingState::ringing) return {};
        if (calls_.size() >= kMost) {
            return Error(Code::too_often, "as many calls ring as are shown at once")
                .after(kStayMs / kSecondMs);
        }
        calls_.push_back({RingId::make(now, random_), std::move(*news.number), std::move(news.call),
                          news.to, std::move(news.extension), now, now});
        return {};
    }
    known->answered = news.state == RingState::taken;
    known->to = news.to;
    known->extension = std::move(news.extension);
    known->at = now;
    return {};
}

Result<std::vector<Ring>> Ringing::listen(const EmployeeId& who, const std::string& extension) {
    if (!is_plain(extension, kExtensionMax)) {
        return Error(Code::invalid, "the extension is not right")
            .at("/extension", "may be 40 characters of ASCII without spaces");
    }
    const auto now = clock_.now();
    const std::lock_guard lock(mutex_);
    forget_gone(now);
    std::erase_if(seats_,
                  [&](const auto& one) { return one.second.who == who && one.first != extension; });
    if (!extension.empty() && (seats_.size() < kExtensionsMost || seats_.contains(extension)))
        seats_.insert_or_assign(extension, Seat{who, now});
    std::vector<Ring> rings;
    for (const auto& one : calls_) {
        if (!may_see(one, who)) continue;
        rings.push_back({one.id, Personal<std::string>(one.number.reveal(token_)), one.since,
                         is_for(one, who)});
    }
    return rings;
}

Status Ringing::take(const RingId& id, const EmployeeId& who) {
    const std::lock_guard lock(mutex_);
    forget_gone(clock_.now());
    const auto found =
        std::find_if(calls_.begin(), calls_.end(), [&](const Call& one) { return one.id == id; });
    if (found == calls_.end() || !may_see(*found, who))
        return Error(Code::not_found, "this call rings no more, or somebody took it");
    found->taken = true;
    return {};
}

}  // namespace avow::services
