// SPDX-License-Identifier: Apache-2.0
// The rows of the protocol's requests.
#include "services/drp/row.hh"
#include "services/statements.hh"

namespace avow::services::drp {

Result<Drp::Row> Drp::read_row(const sql::Row& row) {
    Row read;
    read.id = ExerciseId::from_bytes(row.blob(0));
    read.agent = row.text(1);
    read.named = row.text(2);
    read.sealed = to_bytes(row.blob(3));
    read.customer = CustomerId::from_bytes(row.blob(4));
    read.right = RightId::from_bytes(row.blob(5));
    read.follows = row.integer(6) == 1;
    const auto exercise = exercise_from(row.text(7));
    const auto regime = right_regime_from(row.text(8));
    read.callback = row.text(9);
    read.received = {row.integer(10)};
    const auto ended = row.text(11);
    if (!ended.empty()) read.ended = end_from(ended);
    read.until = {row.integer(12)};
    read.open_ms = row.integer(13);
    read.told = row.text(14);
    read.next_ms = row.integer(15);
    read.tries = row.integer(16);
    if (!read.id || !exercise || !regime || (!ended.empty() && !read.ended))
        return Error(Code::corrupt, "the row of an agent's request is damaged");
    read.exercise = *exercise;
    read.regime = *regime;
    return read;
}

Result<std::optional<Drp::Row>> Drp::find(const ExerciseId& id) {
    std::optional<Row> found;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        return reader.query(statements::find_drp_request, {ByteView(id.bytes())},
                            [&](const sql::Row& row) -> Status {
                                TRY(found, read_row(row));
                                return {};
                            });
    }));
    return found;
}

Result<std::optional<Drp::Row>> Drp::find_named(std::string_view agent, const std::string& named) {
    std::optional<Row> found;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        return reader.query(statements::find_drp_request_by_name, {agent, std::string_view(named)},
                            [&](const sql::Row& row) -> Status {
                                TRY(found, read_row(row));
                                return {};
                            });
    }));
    return found;
}

Status Drp::write(sql::Writer& unit, const Row& row) {
    const auto ended = row.ended.value_or(Standing{});
    return unit.execute(
        statements::insert_drp_request,
        {ByteView(row.id->bytes()), std::string_view(row.agent), std::string_view(row.named),
         ByteView(row.sealed), ByteView(), name_of(row.exercise), name_of(row.regime),
         std::string_view(row.callback), row.received.ms, ended.name, row.until.ms, row.open_ms,
         std::string_view(row.told), row.next_ms});
}

Status Drp::end(sql::Writer& unit, const Row& row, const Standing& standing) {
    return unit.execute(statements::end_drp_request, {ByteView(row.id->bytes()), standing.name,
                                                      clock_.now().ms + kEndedKeptMs, ByteView()});
}

Result<std::optional<std::string>> Drp::agent_of(const RightId& right) {
    std::optional<std::string> name;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        return reader.query(statements::find_drp_agent_of_right, {ByteView(right.bytes())},
                            [&](const sql::Row& row) -> Status {
                                name = std::string(row.text(0));
                                return {};
                            });
    }));
    return name;
}

// By the channel that mail comes by: without it somebody we do not know could not be kept, and the
// answer would say so.
Status Drp::check_policy() const {
    const auto policy = gate_.policies().in_force();
    if (policy == nullptr) return Error(Code::unavailable, "no policy is published yet");
    const auto channel = policy->find_channel("email");
    const auto field = policy->find_field("email");
    const auto purpose = policy->find_purpose("service");
    if (channel && field && purpose && (*policy)[*channel].fields[field->value] &&
        (*policy)[*channel].purposes[purpose->value])
        return {};
    return Error(Code::unavailable, "not available now")
        .caused_by("the policy has no channel \"email\" with \"email\" for \"service\"");
}

}  // namespace avow::services::drp
