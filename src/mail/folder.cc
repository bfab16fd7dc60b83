// SPDX-License-Identifier: Apache-2.0
#include "mail/folder.hh"

#include "base/file.hh"

namespace avow::mail {

namespace fs = std::filesystem;

Status Folder::prepare() {
    std::error_code error;
    fs::create_directories(folder_ / "new", error);
    if (!error) fs::permissions(folder_, fs::perms::owner_all, error);
    if (!error) return {};
    return Error(Code::unavailable, "the folder for mail cannot be made")
        .caused_by((folder_ / "new").string() + ": " + error.message());
}

Delivery Folder::send(const Envelope& envelope) {
    // Ids are ours (message.hh checks them): letters, digits and signs that a file's name may have.
    const auto file = folder_ / "new" / (std::string(envelope.message_id) + ".eml");
    if (write_file_durably(file, as_bytes(envelope.message), 0600)) {
        return {Delivery::Outcome::delivered, false, 0, "2.0.0", "it lies in the folder"};
    }
    return {Delivery::Outcome::later, false, 0, "4.3.1", "the folder for mail takes no file"};
}

}  // namespace avow::mail
