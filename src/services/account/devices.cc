// SPDX-License-Identifier: Apache-2.0
#include "services/account/devices.hh"

#include "services/statements.hh"

namespace avow::services {

Result<bool> Devices::knows(const CustomerId& customer, const crypto::Hash& device) const {
    bool known = false;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        return reader.query(statements::find_device, {ByteView(customer.bytes()), ByteView(device)},
                            [&](const sql::Row& row) -> Status {
                                known = clock_.now() - Time{row.integer(0)} < kLifeMs;
                                return {};
                            });
    }));
    return known;
}

Status Devices::write_new(sql::Writer& unit, const CustomerId& customer,
                          const Bearer& device) const {
    const ByteView id(customer.bytes());
    TRY_OK(unit.execute(statements::insert_device, {id, ByteView(device.hash), clock_.now().ms}));
    return unit.execute(statements::delete_oldest_devices, {id, kPerCustomer});
}

Status Devices::write_seen(sql::Writer& unit, const CustomerId& customer,
                           const crypto::Hash& device) const {
    return unit.execute(statements::touch_device,
                        {ByteView(customer.bytes()), ByteView(device), clock_.now().ms});
}

Status Devices::write_forget_all(sql::Writer& unit, const CustomerId& customer) {
    return unit.execute(statements::delete_devices, {ByteView(customer.bytes())});
}

}  // namespace avow::services
