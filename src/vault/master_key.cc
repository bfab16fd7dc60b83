// SPDX-License-Identifier: Apache-2.0
#include "vault/master_key.hh"

#include <cstdlib>

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/bytes.hh"
#include "base/file.hh"
#include "base/process.hh"
#include "base/text.hh"
#include "crypto/password.hh"

namespace avow::vault {
namespace {

namespace fs = std::filesystem;
using crypto::Key;

constexpr std::size_t kSourceMax = 4096;    // LIMIT: bytes that a source may give
constexpr std::size_t kPassphraseMin = 15;  // LIMIT: characters of a passphrase

// Text that held a secret: wiped, whatever happens.
class Secret {
  public:
    explicit Secret(std::string text) : text_(std::move(text)) {}
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    ~Secret() { wipe(text_.data(), text_.size()); }
    std::string_view view() const { return trimmed(text_); }

  private:
    std::string text_;
};

Result<Key> key_from_hex(const Secret& text, const std::string& where) {
    auto bytes = from_hex(text.view());
    if (!bytes || bytes->size() != Key::kSize) {
        return Error(Code::invalid,
                     where + " does not hold a master key: 64 hex digits are wanted");
    }
    auto key = Key::from(std::span<const std::uint8_t, Key::kSize>(*bytes));
    wipe(bytes->data(), bytes->size());
    return key;
}

Status refuse_if_others_can_read(const fs::path& file) {
    struct stat info{};
    if (stat(file.c_str(), &info) != 0) {
        return Error(Code::internal, "cannot look at " + file.string() + ": " + strerror(errno));
    }
    if ((info.st_mode & 077) == 0) return {};
    return Error(Code::denied, "the master key " + file.string() +
                                   " can be read by other users: chmod 600 it, then start again");
}

Result<Key> make_master_file(const fs::path& file, Random& random) {
    auto key = Key::random(random);
    auto text = hex(key.bytes()) + "\n";
    auto written = write_file_durably(file, as_bytes(text), 0600);
    wipe(text.data(), text.size());
    if (!written) return written.error();
    return key;
}

Result<Key> from_file(const fs::path& file, IfAbsent if_absent, Random& random) {
    if (!fs::exists(file)) {
        if (if_absent == IfAbsent::create) return make_master_file(file, random);
        return Error(Code::not_found, "the master key " + file.string() +
                                          " is missing: without it nothing in this data directory "
                                          "can be read. Restore it from where you keep it");
    }
    TRY_OK(refuse_if_others_can_read(file));
    TRY(auto text, read_file(file, kSourceMax));
    return key_from_hex(Secret(std::move(text)), file.string());
}

Result<Key> from_credential(const std::string& name) {
    const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
    if (folder == nullptr) {
        return Error(Code::not_found,
                     "master_credential names a systemd credential and there is no "
                     "$CREDENTIALS_DIRECTORY: add LoadCredentialEncrypted=" +
                         name + " to the unit");
    }
    if (name.find('/') != std::string::npos) {
        return Error(Code::invalid, "master_credential must be a name, without a slash");
    }
    const auto file = fs::path(folder) / name;
    if (!fs::exists(file)) {
        return Error(Code::not_found, "systemd hands this service no credential " + name +
                                          ": add LoadCredentialEncrypted=" + name + " to the unit");
    }
    TRY(auto text, read_file(file, kSourceMax));
    return key_from_hex(Secret(std::move(text)), "the credential " + name);
}

Result<Bytes> salt_of(const fs::path& file, IfAbsent if_absent, Random& random) {
    if (!fs::exists(file)) {
        if (if_absent == IfAbsent::refuse) {
            return Error(Code::not_found,
                         "the passphrase's salt " + file.string() +
                             " is missing: without it the passphrase gives another key. Restore "
                             "it from the keyring's backup");
        }
        const auto salt = random.take<crypto::kStretchSaltSize>();
        TRY_OK(write_file_durably(file, as_bytes(hex(salt) + "\n"), 0600));
    }
    TRY(const auto text, read_file(file, kSourceMax));
    auto salt = from_hex(trimmed(text));
    if (!salt || salt->size() != crypto::kStretchSaltSize) {
        return Error(Code::corrupt, file.string() + " does not hold a salt");
    }
    return std::move(*salt);
}

Result<Key> from_passphrase(const MasterSource& source, IfAbsent if_absent, Random& random) {
    const std::string where = "the command of master_passphrase_command";
    TRY(auto text, output_of_command(source.passphrase_command, where));
    const Secret passphrase(std::move(text));
    if (length_of(passphrase.view()) < kPassphraseMin) {
        return Error(Code::invalid, where + " gives a passphrase shorter than " +
                                        std::to_string(kPassphraseMin) +
                                        " characters: six random words make a good one");
    }
    TRY(const auto salt, salt_of(source.salt_file, if_absent, random));
    return crypto::stretch(passphrase.view(), salt);
}

}  // namespace

Result<Key> read_master_key(const MasterSource& source, IfAbsent if_absent, Random& random) {
    if (!source.command.empty()) {
        const std::string where = "the command of master_command";
        TRY(auto text, output_of_command(source.command, where));
        return key_from_hex(Secret(std::move(text)), where);
    }
    if (!source.credential.empty()) return from_credential(source.credential);
    if (!source.passphrase_command.empty()) return from_passphrase(source, if_absent, random);
    return from_file(source.file, if_absent, random);
}

}  // namespace avow::vault
