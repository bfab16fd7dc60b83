// SPDX-License-Identifier: Apache-2.0
#include "traffic/country_of.hh"

#include <string>

#include <maxminddb.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "traffic/data.hh"
#include "traffic/network.hh"

namespace avow::traffic {
namespace {

// libmaxminddb opens files only: the embedded database becomes one that lives in memory.
Result<int> memory_file(std::string_view bytes) {
    const int fd = memfd_create("avow-country", MFD_CLOEXEC);
    if (fd < 0) return Error(Code::internal, "cannot make room for the country database");
    while (!bytes.empty()) {
        const auto written = ::write(fd, bytes.data(), bytes.size());
        if (written <= 0) {
            close(fd);
            return Error(Code::internal, "cannot write the country database to memory");
        }
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return fd;
}

}  // namespace

struct CountryBook::Inside {
    MMDB_s database{};
    bool open = false;
    ~Inside() {
        if (open) MMDB_close(&database);
    }
};

CountryBook::CountryBook(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
CountryBook::CountryBook(CountryBook&&) noexcept = default;
CountryBook& CountryBook::operator=(CountryBook&&) noexcept = default;
CountryBook::~CountryBook() = default;

Result<CountryBook> CountryBook::create(const std::filesystem::path& path) {
    auto inside = std::make_unique<Inside>();
    std::string file = path.string();
    int fd = -1;
    if (file.empty()) {
        TRY(fd, memory_file(traffic_data("country.mmdb")));
        file = "/proc/self/fd/" + std::to_string(fd);
    }
    const int status = MMDB_open(file.c_str(), MMDB_MODE_MMAP, &inside->database);
    if (fd >= 0) close(fd);  // the mapping stays
    if (status != MMDB_SUCCESS) {
        return Error(Code::invalid, "the country database " + path.string() +
                                        " cannot be read: an .mmdb file is "
                                        "wanted (traffic.country_database)")
            .caused_by(MMDB_strerror(status));
    }
    inside->open = true;
    return CountryBook(std::move(inside));
}

Country CountryBook::find(std::string_view text) const {
    const auto address = Address::parse(text);
    if (!address) return {};
    sockaddr_storage storage{};
    address->fill(storage);
    int error = MMDB_SUCCESS;
    auto found = MMDB_lookup_sockaddr(&inside_->database,
                                      reinterpret_cast<const sockaddr*>(&storage), &error);
    wipe(&storage, sizeof storage);
    if (error != MMDB_SUCCESS || !found.found_entry) return {};
    MMDB_entry_data_s value{};
    int status = MMDB_get_value(&found.entry, &value, "country_code", nullptr);
    if (status != MMDB_SUCCESS || !value.has_data) {
        status = MMDB_get_value(&found.entry, &value, "country", "iso_code", nullptr);
    }
    if (status != MMDB_SUCCESS || !value.has_data || value.type != MMDB_DATA_TYPE_UTF8_STRING) {
        return {};
    }
    return Country::of({value.utf8_string, value.data_size});
}

}  // namespace avow::traffic
