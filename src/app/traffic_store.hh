// SPDX-License-Identifier: Apache-2.0
// Where traffic is kept, of the configuration.
#pragma once

#include <optional>

#include "app/configuration.hh"
#include "traffic/clickhouse.hh"

namespace avow::app {

// Nothing: DuckDB in the data directory. `invalid` names the key and the mend, `denied` a password
// file that others can read. Connects to nobody.
Result<std::optional<traffic::ClickHouseOptions>> clickhouse_of(
    const Configuration::Traffic& configured);

}  // namespace avow::app
