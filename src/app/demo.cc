// SPDX-License-Identifier: Apache-2.0
#include "app/demo.hh"

#include <cstdio>

namespace avow::app {
namespace {

constexpr const char* kEmail = "sample.customer@example.com";

struct Sample {
    std::string password;
    std::string agent;
    std::string marketer;
};

// A password of this installation's own: a sample account with a well-known one is a door.
Result<Sample> make(House& house) {
    Sample sample{base64url(house.random.take<12>()), {}, {}};
    services::SignUp form{Personal<std::string>(kEmail),
                          Personal<std::string>(sample.password),
                          Personal<std::string>("Sample Customer"),
                          "en",
                          house.policies->in_force()->version,
                          {},
                          {}};
    TRY([[maybe_unused]] const auto signed_in, house.accounts->sign_up(std::move(form)));
    TRY(const auto agent, house.tokens->make("agent", "sample service desk"));
    TRY(const auto marketer, house.tokens->make("marketer", "sample newsletter"));
    sample.agent = agent.secret;
    sample.marketer = marketer.secret;
    return sample;
}

std::string use_command(const Configuration& configuration, const std::string& address,
                        const std::string& token, const std::string& purpose) {
    return "  curl --cacert " + (configuration.data / "ca.pem").string() + " " + address +
           "/api/v1/uses -H 'Authorization: Bearer " + token +
           "' \\\n    -H 'Content-Type: application/json' -d '{\"lookup\":{\"email\":\"" + kEmail +
           "\"},\"fields\":[\"email\"],\"purpose\":\"" + purpose + "\"}'\n";
}

}  // namespace

Status tell_demo(House& house, const Configuration& configuration, const std::string& address) {
    const auto file = configuration.data / "sample.txt";
    if (!std::filesystem::exists(file)) {
        TRY(const auto sample, make(house));
        const std::string text =
            "Sample customer " + std::string(kEmail) + "\npassword        " + sample.password +
            "\n\nTry first, as the service desk (allowed, with the sentence it rests on):\n" +
            use_command(configuration, address, sample.agent, "service") +
            "then as the newsletter (refused: no permission was given):\n" +
            use_command(configuration, address, sample.marketer, "offers") +
            "Sign in as the sample customer: \"Who used it\" shows both, and Verify checks them "
            "in\n"
            "your browser. Say yes to offers under Permissions, and ask as the newsletter again.\n";
        TRY_OK(write_file_durably(file, as_bytes(text), 0600));
    }
    TRY(const auto text, read_file(file));
    std::printf(
        "Home            %s/\nPrivacy policy  %s/privacy\nMy Accounts     %s/account\n"
        "Authority       %s (trust it to see no warning)\n\n%s\n",
        address.c_str(), address.c_str(), address.c_str(), (configuration.data / "ca.pem").c_str(),
        text.c_str());
    return {};
}

}  // namespace avow::app
