// SPDX-License-Identifier: Apache-2.0
// Where the master key comes from (standards.md, Sealing). It is never written by us but into the
// file of a first start; what passes through memory on the way is wiped.
#pragma once

#include <filesystem>
#include <string>

#include "base/random.hh"
#include "base/result.hh"
#include "crypto/key.hh"

namespace avow::vault {

// The first of these that is not empty is used; without any, the file.
struct MasterSource {
    std::filesystem::path file;       // mode 0600, 64 hex digits
    std::string command;              // prints 64 hex digits: a KMS, a TPM, a vault
    std::string credential;           // a name in $CREDENTIALS_DIRECTORY (systemd.exec)
    std::string passphrase_command;   // prints a passphrase, stretched by Argon2id
    std::filesystem::path salt_file;  // of the passphrase; made at the first start
};

enum class IfAbsent { create, refuse };
// `denied` when the file can be read by others, `not_found` when it is missing, `invalid` when it
// holds anything but a key. The words name the source and the mend.
Result<crypto::Key> read_master_key(const MasterSource& source, IfAbsent if_absent, Random& random);

}  // namespace avow::vault
