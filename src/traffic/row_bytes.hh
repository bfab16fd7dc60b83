// SPDX-License-Identifier: Apache-2.0
// Rows as bytes, in the form that ClickHouse calls RowBinary: numbers with their little end first,
// strings after their length. The spool keeps them in the same form. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "traffic/columns.hh"

namespace avow::traffic {

// In the order of clickhouse/tables.hh.
void put(std::string& to, const WordRow& row);
void put(std::string& to, const ViewRow& row);
void put(std::string& to, const EdgeRow& row);
void put(std::string& to, const EngagementRow& row);
void put(std::string& to, const PropertyRow& row);
void put(std::string& to, const ImportRow& row);

std::string written(const Batch& batch);
// Adds what `bytes` hold to `batch`; several imports of one file become the furthest. False: those
// are no bytes of written().
bool read_into(std::string_view bytes, std::vector<ImportRow>& imports, Batch& batch);
// All records of a segment; `corrupt` when one of them cannot be read.
Status read_records(std::span<const std::string> records, std::vector<ImportRow>& imports,
                    Batch& batch);

}  // namespace avow::traffic
