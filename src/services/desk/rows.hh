// SPDX-License-Identifier: Apache-2.0
// Rows of the desk's tables, read. Private to this folder.
#pragma once

#include "services/desk/desk.hh"

namespace avow::services {

Result<Request> read_request(const sql::Row& row);
Result<RequestMessage> read_message(const sql::Row& row);
RequestId after_all_requests();  // above every id: the newest one is before it

}  // namespace avow::services
