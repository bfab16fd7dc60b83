// SPDX-License-Identifier: Apache-2.0
#include "app/demo.hh"

#include <algorithm>
#include <cstdio>

#include "app/admin_staff.hh"
#include "base/text.hh"

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

struct SampleEmployee {
    const char* name;
    const char* email;
    std::vector<std::string> roles;
};

// Who has not joined yet gets a new link at every start: none is written down.
Result<std::string> invite_employees(House& house) {
    const std::vector<SampleEmployee> samples{
        {"Sample Web Team", "sample.web@example.com", {"web"}},
        {"Sample Service Desk", "sample.desk@example.com", {"agent"}},
        {"Sample Privacy Officer", "sample.officer@example.com", {"officer"}}};
    TRY(const auto known, house.staff->list());
    const auto token = house.staff->own_token();
    std::string text;
    for (const auto& sample : samples) {
        const auto found = std::find_if(known.begin(), known.end(), [&](const auto& one) {
            return one.person.email.reveal(token) == sample.email;
        });
        if (found != known.end() && found->state != services::Employee::State::invited) continue;
        TRY(const auto invited, house.staff->invite({sample.roles,
                                                     {Personal<std::string>(sample.name),
                                                      Personal<std::string>(sample.email)},
                                                     "en"}));
        text += "  " + std::string(sample.email) + " (" + join(sample.roles, ", ") + ")\n    " +
                join_link(house, invited) + "\n";
    }
    if (text.empty()) return text;
    return "The console, as an employee: open a link, choose a password, set up an "
           "authenticator.\n" +
           text;
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
    TRY(const auto employees, invite_employees(house));
    std::printf(
        "Home            %s/\nPrivacy policy  %s/privacy\nMy Accounts     %s/account\n"
        "Console         %s/console\n"
        "Authority       %s (trust it to see no warning)\n\n%s\n%s\n",
        address.c_str(), address.c_str(), address.c_str(), address.c_str(),
        (configuration.data / "ca.pem").c_str(), text.c_str(), employees.c_str());
    return {};
}

}  // namespace avow::app
