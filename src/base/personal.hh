// SPDX-License-Identifier: Apache-2.0
// A personal datum in memory. It cannot be printed, logged, compared, copied or put into JSON, and
// it is wiped when it dies. To read it one needs a PurposeToken, which only the gate can make: so
// every exit of personal data is one grep for reveal().
#pragma once

#include <string>
#include <utility>

#include "base/bytes.hh"

namespace avow::gate {
class Door;
}

namespace avow {

// Proof that the gate has decided. Only gate::Door makes one.
class PurposeToken {
  private:
    PurposeToken() = default;
    friend class gate::Door;
};

template <typename T>
class Personal {
  public:
    explicit Personal(T value) : value_(std::move(value)) {}
    Personal(Personal&& other) noexcept : value_(std::move(other.value_)) { other.clear(); }
    Personal& operator=(Personal&& other) noexcept {
        if (this != &other) {
            clear();
            value_ = std::move(other.value_);
            other.clear();
        }
        return *this;
    }
    Personal(const Personal&) = delete;
    Personal& operator=(const Personal&) = delete;
    ~Personal() { clear(); }

    // WALL: the only way out.
    const T& reveal(const PurposeToken&) const { return value_; }

    friend bool operator==(const Personal&, const Personal&) = delete;
    template <typename Stream>
    friend Stream& operator<<(Stream&, const Personal&) = delete;

  private:
    void clear() {
        // The whole buffer: a short string may lie over the remains of a longer one.
        value_.resize(value_.capacity());
        wipe(value_.data(), value_.size() * sizeof(*value_.data()));
        value_.clear();
    }
    T value_;
};

}  // namespace avow
