// SPDX-License-Identifier: Apache-2.0
// What services keep beside the data: particulars under the customer's key, names without the thing
// named, and what is nobody's yet under the house's key.
#include "gate/customer_file.hh"
#include "gate/gate.hh"

namespace avow::gate {
namespace {

constexpr std::string_view kTable = "particulars";

}  // namespace

Result<Bytes> Gate::seal_particulars(const CustomerId& customer, ByteView row,
                                     const Personal<std::string>& particulars) {
    TRY(const auto keys, vault_.keyring().get(customer));
    return vault_.seal(*keys, {kTable, "", row}, as_bytes(particulars.reveal(Door::token())));
}

Result<Personal<std::string>> Gate::open_particulars(const Used& used, ByteView row,
                                                     ByteView sealed) {
    if (!used.any_allowed()) return Error(Code::denied, "the use was refused");
    TRY(const auto keys, vault_.keyring().get(used.customer));
    return vault_.open(*keys, {kTable, "", row}, sealed);
}

Result<Personal<std::string>> Gate::open_own_particulars(const CustomerId& customer, ByteView row,
                                                         ByteView sealed) {
    TRY(const auto keys, vault_.keyring().get(customer));
    return vault_.open(*keys, {kTable, "", row}, sealed);
}

Result<std::optional<CollectionId>> Gate::newest_source(const CustomerId& customer,
                                                        std::string_view field) {
    FilePtr file;
    TRY_OK(store_.read([&](sql::Reader& reader) -> Status {
        TRY(file, file_of(reader, customer));
        return {};
    }));
    std::optional<CollectionId> newest;
    for (const auto& datum : file->data) {
        if (datum.field == field) newest = datum.collection;
    }
    return newest;
}

Bytes Gate::seal_for_house(ByteView row, ByteView bytes) {
    return vault_.seal_for_house(row, bytes);
}

Result<Personal<std::string>> Gate::open_for_stranger(ByteView row, ByteView sealed) const {
    TRY(auto opened, vault_.open_for_house(row, sealed));
    Personal<std::string> content{std::string(as_text(opened))};
    wipe(opened.data(), opened.size());
    return content;
}

crypto::Hash Gate::blind(std::string_view what, ByteView bytes) const {
    return vault_.blind_key(what, bytes);
}

}  // namespace avow::gate
