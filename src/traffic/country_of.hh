// SPDX-License-Identifier: Apache-2.0
// The country of an address, by DB-IP's free database (CC BY 4.0: pages that show countries link to
// db-ip.com) or any other with `country_code` or `country.iso_code`. Thread-safe once made.
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "base/result.hh"
#include "traffic/sighting.hh"

namespace avow::traffic {

class CountryBook {
  public:
    // `path` empty: the database that came with the program.
    static Result<CountryBook> create(const std::filesystem::path& path);
    CountryBook(CountryBook&&) noexcept;
    CountryBook& operator=(CountryBook&&) noexcept;
    ~CountryBook();

    // Unknown for what is no public address.
    Country find(std::string_view address) const;

  private:
    struct Inside;
    explicit CountryBook(std::unique_ptr<Inside> inside);
    std::unique_ptr<Inside> inside_;
};

}  // namespace avow::traffic
