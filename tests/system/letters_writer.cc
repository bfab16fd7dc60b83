// SPDX-License-Identifier: Apache-2.0
// For the tests of mail: writes letters to a customer of a data directory that nobody serves, each
// in a transaction of its own, as an act of the portal does.
// usage: letters_writer DATA CUSTOMER COUNT KIND LANGUAGE [TO]
#include <cstdio>
#include <cstdlib>

#include "app/house.hh"

namespace {

using namespace avow;

Status write_letters(int argc, char** argv) {
    TRY(const auto configuration, app::read_configuration(argv[1], {}));
    TRY(const auto house, app::House::create(configuration, app::Opening::must_exist));
    const auto customer = CustomerId::parse(argv[2]);
    // The letter about an address that is known here already is one of this kind.
    const bool known = std::string_view(argv[4]) == "address_known";
    const auto kind = services::letter_kind_from(known ? "verify_address" : argv[4]);
    if (!customer || !kind) return Error(Code::invalid, "no such customer or kind");
    for (int i = 0; i < std::atoi(argv[3]); ++i) {
        services::Letter letter{.kind = *kind, .language = argv[5]};
        letter.known = known;
        if (argc > 6) letter.to = Personal<std::string>(argv[6]);
        if (services::has_link(*kind)) {
            letter.link = Personal<std::string>("/account/confirm#zyxsecret" + std::to_string(i));
            letter.ends = house->clock.now() + kDayMs;
        }
        TRY_OK(house->store->write(
            [&](sql::Writer& unit) { return house->letters->write(unit, *customer, letter); }));
    }
    return {};
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 6) return 2;
    const auto written = write_letters(argc, argv);
    if (written) return 0;
    std::fprintf(stderr, "letters_writer: %s\n", written.error().describe().c_str());
    return 3;
}
