// SPDX-License-Identifier: Apache-2.0
#include "services/staff/staff_seal.hh"

#include "crypto/hash.hh"
#include "crypto/seal.hh"

namespace avow::services {
namespace {

constexpr std::uint32_t kKeyId = 1;

Bytes associated(const EmployeeId& id, std::string_view what) {
    return crypto::length_prefixed({as_bytes("avow/staff/v1"), id.bytes(), as_bytes(what)});
}

}  // namespace

Bytes StaffSeal::seal(const EmployeeId& id, std::string_view what, ByteView plain) const {
    return crypto::seal(key_, kKeyId, plain, associated(id, what), random_);
}

Result<Bytes> StaffSeal::open(const EmployeeId& id, std::string_view what, ByteView sealed) const {
    return crypto::open(key_, sealed, associated(id, what));
}

}  // namespace avow::services
