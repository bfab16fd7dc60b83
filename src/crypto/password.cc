// SPDX-License-Identifier: Apache-2.0
#include "crypto/password.hh"

#include <algorithm>
#include <array>
#include <semaphore>

#include "base/bytes.hh"
#include "base/process.hh"
#include "crypto/sodium.hh"

namespace avow::crypto {
namespace {

constexpr unsigned long long kPasses = 3;
constexpr std::size_t kMemory = std::size_t{64} << 20;
constexpr unsigned long long kStretchPasses = 4;
constexpr std::size_t kStretchMemory = std::size_t{256} << 20;
constexpr std::ptrdiff_t kAtOnceMax = 64;  // LIMIT: 4 GiB of memory at the very most

std::ptrdiff_t at_once() {
    return std::min(static_cast<std::ptrdiff_t>(cores()), kAtOnceMax);
}

// libsodium reads a C string of at most STRBYTES.
bool could_be_phc(std::string_view phc) {
    return phc.size() < crypto_pwhash_STRBYTES && phc.find('\0') == std::string_view::npos &&
           phc.starts_with(crypto_pwhash_argon2id_STRPREFIX);
}

}  // namespace

struct PasswordHasher::Inner {
    mutable std::counting_semaphore<kAtOnceMax> places{at_once()};
};

namespace {

template <typename Semaphore>
class Place {
  public:
    explicit Place(Semaphore& places) : places_(places) { places_.acquire(); }
    ~Place() { places_.release(); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

  private:
    Semaphore& places_;
};

}  // namespace

Result<Key> stretch(std::string_view passphrase, ByteView salt) {
    static_assert(kStretchSaltSize == crypto_pwhash_SALTBYTES);
    start_sodium();
    if (salt.size() != kStretchSaltSize) return Error(Code::invalid, "the salt has a wrong size");
    if (passphrase.size() > kPasswordMax)
        return Error(Code::too_large, "the passphrase is too long");
    ByteArray<Key::kSize> bytes;
    if (crypto_pwhash(bytes.data(), bytes.size(), passphrase.data(), passphrase.size(), salt.data(),
                      kStretchPasses, kStretchMemory, crypto_pwhash_ALG_ARGON2ID13) != 0) {
        return Error(Code::unavailable, "there are no 256 MiB of memory to stretch a passphrase");
    }
    auto key = Key::from(bytes);
    sodium_memzero(bytes.data(), bytes.size());
    return key;
}

PasswordHasher::PasswordHasher() : inner_(std::make_unique<Inner>()) {
    start_sodium();
}
PasswordHasher::~PasswordHasher() = default;

Result<std::string> PasswordHasher::hash(std::string_view password) const {
    if (password.size() > kPasswordMax) return Error(Code::too_large, "the password is too long");
    const Place place(inner_->places);
    std::array<char, crypto_pwhash_STRBYTES> phc{};
    if (crypto_pwhash_str_alg(phc.data(), password.data(), password.size(), kPasses, kMemory,
                              crypto_pwhash_ALG_ARGON2ID13) != 0) {
        return Error(Code::unavailable, "there is no memory to hash a password; try again");
    }
    return std::string(phc.data());
}

bool PasswordHasher::verify(std::string_view phc, std::string_view password) const {
    if (password.size() > kPasswordMax || !could_be_phc(phc)) {
        verify_nothing(password);
        return false;
    }
    const Place place(inner_->places);
    return crypto_pwhash_str_verify(std::string(phc).c_str(), password.data(), password.size()) ==
           0;
}

void PasswordHasher::verify_nothing(std::string_view password) const {
    static constexpr ByteArray<crypto_pwhash_SALTBYTES> kSalt{};
    password = password.substr(0, kPasswordMax);
    const Place place(inner_->places);
    ByteArray<32> nothing;
    // Whether it succeeds is the same to the caller.
    [[maybe_unused]] const int ignored =
        crypto_pwhash(nothing.data(), nothing.size(), password.data(), password.size(),
                      kSalt.data(), kPasses, kMemory, crypto_pwhash_ALG_ARGON2ID13);
    sodium_memzero(nothing.data(), nothing.size());
}

bool PasswordHasher::needs_rehash(std::string_view phc) const {
    return !could_be_phc(phc) ||
           crypto_pwhash_str_needs_rehash(std::string(phc).c_str(), kPasses, kMemory) != 0;
}

}  // namespace avow::crypto
