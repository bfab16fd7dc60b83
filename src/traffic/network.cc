// SPDX-License-Identifier: Apache-2.0
#include "traffic/network.hh"

#include <algorithm>
#include <charconv>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "base/text.hh"

namespace avow::traffic {
namespace {

constexpr std::size_t kTextMax = 64;  // LIMIT: no address is longer
constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

// "[::1]:443", "192.0.2.1:443" and "::1" without what is not the address.
std::string_view bare(std::string_view text) {
    text = trimmed(text);
    if (text.starts_with('[')) {
        const auto end = text.find(']');
        return end == std::string_view::npos ? std::string_view() : text.substr(1, end - 1);
    }
    const auto colon = text.find(':');
    const bool one_colon =
        colon != std::string_view::npos && text.find(':', colon + 1) == std::string_view::npos;
    return one_colon ? text.substr(0, colon) : text;
}

bool is_trusted(std::string_view text, const Networks& trusted) {
    const auto address = Address::parse(text);
    return address && std::any_of(trusted.begin(), trusted.end(), [&](const Network& network) {
               return network.contains(*address);
           });
}

}  // namespace

std::optional<Address> Address::parse(std::string_view text) {
    text = bare(text);
    if (text.empty() || text.size() > kTextMax) return std::nullopt;
    char buffer[kTextMax + 1];
    std::memcpy(buffer, text.data(), text.size());
    buffer[text.size()] = '\0';
    Address address;
    std::copy(kMapped.begin(), kMapped.end(), address.bytes_.begin());
    bool good = inet_pton(AF_INET, buffer, address.bytes_.data() + kMapped.size()) == 1;
    if (!good) good = inet_pton(AF_INET6, buffer, address.bytes_.data()) == 1;
    wipe(buffer, sizeof buffer);
    if (!good) return std::nullopt;
    address.v4_ = std::equal(kMapped.begin(), kMapped.end(), address.bytes_.begin());
    return address;
}

void Address::fill(sockaddr_storage& out) const {
    if (v4_) {
        auto& v4 = reinterpret_cast<sockaddr_in&>(out);
        v4.sin_family = AF_INET;
        std::memcpy(&v4.sin_addr, bytes_.data() + kMapped.size(), sizeof v4.sin_addr);
    } else {
        auto& v6 = reinterpret_cast<sockaddr_in6&>(out);
        v6.sin6_family = AF_INET6;
        std::memcpy(&v6.sin6_addr, bytes_.data(), sizeof v6.sin6_addr);
    }
}

Result<Network> Network::parse(std::string_view text) {
    const auto wrong = Error(Code::invalid, "a network is wanted, as 10.0.0.0/8 or ::1");
    const auto slash = text.find('/');
    const auto base = Address::parse(text.substr(0, slash));
    if (!base) return wrong;
    const int whole = base->is_v4() ? 32 : 128;
    int bits = whole;
    if (slash != std::string_view::npos) {
        const auto number = trimmed(text.substr(slash + 1));
        const auto* end = number.data() + number.size();
        const auto [at, error] = std::from_chars(number.data(), end, bits);
        if (error != std::errc() || at != end || bits < 0 || bits > whole) return wrong;
    }
    return Network(*base, 128 - whole + bits);
}

bool Network::contains(const Address& address) const {
    for (int bit = 0; bit < bits_; bit += 8) {
        const auto at = static_cast<std::size_t>(bit / 8);
        const auto mask =
            static_cast<std::uint8_t>(bits_ - bit >= 8 ? 0xff : 0xff00 >> (bits_ - bit));
        if ((base_.bytes()[at] & mask) != (address.bytes()[at] & mask)) return false;
    }
    return true;
}

Result<Networks> parse_networks(std::string_view text) {
    Networks networks;
    for (const auto part : split(text, ',')) {
        if (trimmed(part).empty()) continue;
        TRY(auto network, Network::parse(trimmed(part)));
        networks.push_back(std::move(network));
    }
    return networks;
}

std::string_view visitor_address(std::string_view peer, std::string_view forwarded,
                                 const Networks& trusted) {
    auto address = peer;
    while (!forwarded.empty() && is_trusted(address, trusted)) {
        const auto comma = forwarded.rfind(',');
        address = trimmed(forwarded.substr(comma == std::string_view::npos ? 0 : comma + 1));
        forwarded =
            comma == std::string_view::npos ? std::string_view() : forwarded.substr(0, comma);
    }
    return bare(address);
}

}  // namespace avow::traffic
