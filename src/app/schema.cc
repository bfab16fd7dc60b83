// SPDX-License-Identifier: Apache-2.0
#include "app/schema.hh"

#include <string>

#include "gate/statements.hh"
#include "ledger/statements.hh"
#include "services/statements.hh"
#include "sql/migration.hh"
#include "vault/statements.hh"

namespace avow::app {

std::vector<std::string_view> house_scripts() {
    return {vault::statements::schema_1,
            vault::statements::schema_2,
            gate::statements::schema_1,
            gate::statements::schema_2,
            gate::statements::schema_3,
            gate::statements::schema_4,
            ledger::statements::schema_1,
            ledger::statements::schema_2,
            ledger::statements::schema_3,
            services::statements::account_schema_1,
            services::statements::account_schema_2,
            services::statements::account_schema_3,
            services::statements::account_schema_4,
            services::statements::account_schema_5,
            services::statements::account_schema_6,
            services::statements::letters_schema_1,
            services::statements::staff_schema_1,
            services::statements::staff_schema_2,
            services::statements::desk_schema_1,
            services::statements::exports_schema_1,
            services::statements::products_schema_1,
            services::statements::outreach_schema_1,
            services::statements::mailbox_schema_1,
            services::statements::desk_schema_2,
            services::statements::survey_schema_1,
            services::statements::letters_schema_2,
            services::statements::staff_schema_3,
            services::statements::studies_schema_1,
            services::statements::exports_schema_2,
            services::statements::rights_schema_1,
            services::statements::studies_schema_2,
            services::statements::desk_schema_3,
            services::statements::desk_schema_4,
            services::statements::desk_schema_5,
            services::statements::desk_schema_6,
            services::statements::drp_schema_1,
            services::statements::letters_schema_3,
            services::statements::survey_schema_2,
            services::statements::escalation_schema_1};
}

Result<std::vector<sql::Table>> house_tables() {
    std::string all(sql::kMigrationsTable);
    for (const auto script : house_scripts()) (all += '\n') += script;
    return sql::read_tables(all);
}

}  // namespace avow::app
