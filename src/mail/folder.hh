// SPDX-License-Identifier: Apache-2.0
// A folder in place of a mail server, for trying things out: each message becomes a file
// new/<Message-ID>.eml, as a Maildir has them, for this user's eyes alone.
// Does not promise privacy: addresses and links lie there in clear until somebody deletes them.
#pragma once

#include <filesystem>

#include "mail/carrier.hh"

namespace avow::mail {

class Folder final : public Carrier {
  public:
    explicit Folder(std::filesystem::path folder) : folder_(std::move(folder)) {}

    Status prepare() override;
    // A message that comes again takes the place of its first copy.
    Delivery send(const Envelope& envelope) override;
    void rest() override {}
    void stop() override {}

  private:
    std::filesystem::path folder_;
};

}  // namespace avow::mail
