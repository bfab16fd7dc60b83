// SPDX-License-Identifier: Apache-2.0
// Addresses and the networks of trusted proxies. An Address is wiped when it dies and has no way to
// text. Which address is the visitor's: the rightmost of X-Forwarded-For that no trusted proxy has,
// and only when the peer itself is one; anything else a client may have written.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/bytes.hh"
#include "base/result.hh"

struct sockaddr_storage;

namespace avow::traffic {

class Address {
  public:
    // IPv4 or IPv6, with or without a port or brackets; IPv4-mapped addresses become IPv4.
    static std::optional<Address> parse(std::string_view text);
    Address(const Address&) = default;
    Address& operator=(const Address&) = default;
    ~Address() { wipe(bytes_.data(), bytes_.size()); }

    bool is_v4() const { return v4_; }
    void fill(sockaddr_storage& out) const;
    // IPv4 in its mapped form.
    const ByteArray<16>& bytes() const { return bytes_; }

  private:
    Address() = default;
    ByteArray<16> bytes_{};
    bool v4_ = false;
};

class Network {
  public:
    // "10.0.0.0/8", "::1", "192.0.2.7". `invalid` otherwise.
    static Result<Network> parse(std::string_view text);
    bool contains(const Address& address) const;

  private:
    Network(const Address& base, int bits) : base_(base), bits_(bits) {}
    Address base_;
    int bits_;  // of the 128
};

using Networks = std::vector<Network>;
// Separated by commas.
Result<Networks> parse_networks(std::string_view text);

// The part of `forwarded` (X-Forwarded-For) that is the visitor's address, or `peer`.
std::string_view visitor_address(std::string_view peer, std::string_view forwarded,
                                 const Networks& trusted);

}  // namespace avow::traffic
