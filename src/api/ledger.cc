// SPDX-License-Identifier: Apache-2.0
// The ledger as anyone may read it (C2SP tlog-tiles), and proofs. A proof carries its opening only
// for the customer whose entry it is.
#include <boost/json.hpp>

#include "api/caller.hh"
#include "api/errors.hh"
#include "api/rooms.hh"
#include "api/shapes.hh"

namespace avow::api {
namespace {

http::Response get_checkpoint(Rooms& rooms, const http::Request&) {
    auto response = http::Response::text(200, rooms.ledger.checkpoint().note);
    response.set_header("cache-control", "public, max-age=2");
    return response;
}

http::Response get_tile(Rooms& rooms, const http::Request& request) {
    API_TRY(auto tile, rooms.ledger.read_tile("tile/" + std::string(request.parameter("rest"))));
    auto response = http::Response::text(200, std::move(tile));
    response.set_header("content-type", "application/octet-stream");
    response.set_header("cache-control", "public, max-age=31536000, immutable");
    return response;
}

http::Response get_key(Rooms& rooms, const http::Request&) {
    return http::Response::text(200, rooms.ledger.verifier_key() + "\n");
}

http::Response get_proof(Rooms& rooms, const http::Request& request) {
    const auto id = EntryId::parse(request.parameter("entry"));
    if (!id) return answer(Error(Code::not_found, "there is no such entry"));
    API_TRY(const auto caller, find_caller(rooms, request));
    std::string extra;
    if (caller && caller->customer() != nullptr) {
        auto opening = rooms.gate.opening(*caller->customer(), *id);
        if (opening) {
            extra = opening->reveal(rooms.gate.own_data_token());
        } else if (opening.error().code() != Code::not_found) {
            return answer(opening.error());
        }
    }
    auto proof = rooms.ledger.proof_file(*id, extra);
    if (!proof && proof.error().code() == Code::unavailable) {
        // Durable and about to be published: wait the moment that takes.
        if (auto published = rooms.ledger.flush(); !published) return answer(published.error());
        proof = rooms.ledger.proof_file(*id, extra);
    }
    if (!proof) return answer(proof.error());
    auto response = http::Response::text(200, std::move(*proof));
    response.set_header("content-disposition",
                        "attachment; filename=\"" + id->text() + ".tlog-proof\"");
    return response;
}

}  // namespace

void add_ledger_routes(http::Router& router, Rooms& rooms) {
    const auto add = [&](std::string pattern, auto handler) {
        router.add(
            http::Method::get, std::move(pattern), http::Runs::on_worker,
            [&rooms, handler](const http::Request& request) { return handler(rooms, request); });
    };
    add("/ledger/checkpoint", get_checkpoint);
    add("/ledger/key", get_key);
    add("/ledger/tile/{rest...}", get_tile);
    add("/api/v1/ledger/proofs/{entry}", get_proof);
}

}  // namespace avow::api
