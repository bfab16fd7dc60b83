// SPDX-License-Identifier: Apache-2.0
#include "services/desk/rows.hh"

#include "services/desk/tags.hh"

namespace avow::services {
namespace {

std::optional<Direction> direction_from(std::string_view name) {
    for (const auto one : {Direction::in, Direction::out, Direction::note}) {
        if (name_of(one) == name) return one;
    }
    return std::nullopt;
}

}  // namespace

Result<Request> read_request(const sql::Row& row) {
    const auto customer = CustomerId::from_bytes(row.blob(0));
    const auto id = RequestId::from_bytes(row.blob(1));
    const auto state = request_state_from(row.text(3));
    if (!customer || !id || !state) return Error(Code::corrupt, "a request's row is damaged");
    Request request{*customer,
                    *id,
                    std::string(row.text(2)),
                    *state,
                    std::string(row.text(4)),
                    row.integer(5) != 0,
                    RequestId::from_bytes(row.blob(6)),
                    std::nullopt,
                    {row.integer(8)},
                    {row.integer(9)},
                    row.integer(10),
                    row.is_null(11) ? std::nullopt : RequestId::from_bytes(row.blob(11)),
                    row.integer(12) != 0,
                    tags_of(row.text(13)),
                    std::string(row.text(14))};
    if (row.integer(7) != 0) request.deadline = Time{row.integer(7)};
    return request;
}

Result<RequestMessage> read_message(const sql::Row& row) {
    const auto request = RequestId::from_bytes(row.blob(1));
    const auto id = MessageId::from_bytes(row.blob(2));
    const auto collection = CollectionId::from_bytes(row.blob(3));
    const auto direction = direction_from(row.text(4));
    if (!request || !id || !collection || !direction) {
        return Error(Code::corrupt, "a message's row is damaged");
    }
    return RequestMessage{*id,
                          *request,
                          *collection,
                          *direction,
                          std::string(row.text(5)),
                          std::string(row.text(6)),
                          std::string(row.text(7)),
                          row.integer(8) != 0,
                          row.integer(9),
                          {row.integer(10)},
                          to_bytes(row.blob(11))};
}

RequestId after_all_requests() {
    ByteArray<16> last;
    last.fill(0xff);
    return *RequestId::from_bytes(last);
}

}  // namespace avow::services
