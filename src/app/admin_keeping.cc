// SPDX-License-Identifier: Apache-2.0
#include "app/admin_keeping.hh"

#include <boost/json.hpp>

#include "api/errors.hh"
#include "api/exports.hh"
#include "api/forgetting.hh"
#include "api/reading.hh"
#include "api/shapes.hh"
#include "app/backup.hh"

namespace avow::app {
namespace {

namespace bj = boost::json;

// Whoever may open the socket is the operator, and answers for it in the customer's timeline.
gate::Actor operator_actor() {
    return {gate::Actor::Kind::system, "operator", "officer", false, false};
}

Result<CustomerId> customer_of(const http::Request& request) {
    const auto id = CustomerId::parse(request.parameter("id"));
    if (id) return *id;
    return Error(Code::invalid, "this is no customer's id: cus_… is wanted");
}

std::optional<gate::Scope::Kind> scope_kind_from(std::string_view name) {
    using Kind = gate::Scope::Kind;
    for (const auto kind :
         {Kind::customer, Kind::channel, Kind::collection, Kind::datum, Kind::field}) {
        if (gate::name_of(kind) == name) return kind;
    }
    return std::nullopt;
}

http::Response find_customer(House& house, const http::Request& request) {
    const auto body = api::read_body(request);
    if (!body) return api::unreadable(body.error());
    api::Wrongs wrongs;
    api::ObjectReader reader(*body, "", wrongs);
    const Personal<std::string> email(reader.text("email", api::Need::required).value_or(""));
    reader.finish();
    if (auto fits = wrongs.result(); !fits) return api::answer(fits.error());
    API_TRY(const auto found, house.gate->find_by_address(email));
    if (!found) return api::answer(Error(Code::not_found, "no customer has this address"));
    return api::json_answer(200, bj::object{{"customer", found->text()}});
}

http::Response export_customer(House& house, const http::Request& request) {
    API_TRY(const auto id, customer_of(request));
    return api::answer_export(*house.gate, *house.exports, id, operator_actor(), house.clock.now());
}

http::Response erase_customer(House& house, const http::Request& request) {
    API_TRY(const auto id, customer_of(request));
    const auto body = api::read_body(request);
    if (!body) return api::unreadable(body.error());
    api::Wrongs wrongs;
    api::ObjectReader reader(*body, "", wrongs);
    const auto kind =
        scope_kind_from(reader.text("scope", api::Need::optional).value_or("customer"));
    if (!kind) wrongs.add("/scope", "customer, channel, collection, datum or field is wanted");
    const auto name = reader.text("name", api::Need::optional).value_or("");
    const bool preview = reader.flag("preview", api::Need::optional).value_or(false);
    reader.finish();
    if (auto fits = wrongs.result(); !fits) return api::answer(fits.error());
    const gate::Scope scope{*kind, name};
    if (preview) {
        API_TRY(const auto plan, house.gate->preview(id, scope));
        return api::json_answer(200, api::plan_json(plan, house.gate->own_data_token()));
    }
    API_TRY(const auto erased, house.gate->erase(id, scope, operator_actor()));
    if (!house.wake_keeper) {
        if (auto scrubbed = house.gate->scrub(); !scrubbed) return api::answer(scrubbed.error());
    }
    return api::json_answer(200, api::erased_json(erased));
}

http::Response get_keys(House& house, const http::Request&) {
    const auto standing = house.keyring->standing();
    bj::object wrapped;
    std::uint64_t current = 0;
    for (const auto& [epoch, keys] : standing.wrapped) {
        wrapped[std::to_string(epoch)] = keys;
        if (epoch == standing.epoch) current = keys;
    }
    bj::array epochs(standing.epochs.begin(), standing.epochs.end());
    return api::json_answer(200, bj::object{{"keyring", hex(house.keyring->id())},
                                            {"epoch", standing.epoch},
                                            {"epochs", std::move(epochs)},
                                            {"keys", standing.keys},
                                            {"wrapped_by_current", current},
                                            {"wrapped", std::move(wrapped)},
                                            {"damaged", standing.damaged},
                                            {"rotating", standing.epochs.size() > 1}});
}

// Goes on with a rotation that began, whoever began it.
http::Response continue_rotation(House& house, const http::Request& request) {
    if (house.wake_keeper) {
        house.wake_keeper();
    } else if (auto done = house.rotate_keys([](auto, auto) { return true; }); !done) {
        return api::answer(done.error());
    }
    return get_keys(house, request);
}

http::Response rotate_keys(House& house, const http::Request& request) {
    API_TRY([[maybe_unused]] const auto epoch, house.keyring->begin_epoch(house.clock.now()));
    return continue_rotation(house, request);
}

http::Response preview_retention(House& house, const http::Request&) {
    const auto at = house.clock.now() + kDayMs;
    API_TRY(const auto preview, house.retention->preview(at));
    bj::object channels;
    for (const auto& [channel, values] : preview.channels) channels[channel] = values;
    return api::json_answer(200, bj::object{{"at", rfc3339(at)},
                                            {"customers", preview.looked_at},
                                            {"customers_with_less", preview.customers},
                                            {"values", std::move(channels)},
                                            {"held_back", preview.held_back}});
}

http::Response run_retention(House& house, const http::Request&) {
    auto step = house.retention->step(gate::Retention::Wanted::now);
    while (step && *step == gate::Retention::Step::working) step = house.retention->step();
    if (!step) return api::answer(step.error());
    if (auto scrubbed = house.gate->scrub(); !scrubbed) return api::answer(scrubbed.error());
    API_TRY(const auto run, house.retention->newest_run());
    if (!run || *step == gate::Retention::Step::idle) {
        return api::answer(Error(Code::unavailable,
                                 "no run can begin now: another node runs it, or the clock is "
                                 "behind the newest run"));
    }
    return api::json_answer(200, bj::object{{"began", rfc3339(run->began)},
                                            {"customers", run->looked_at},
                                            {"taken", run->taken},
                                            {"held_back", run->held_back}});
}

http::Response post_backup(House& house, const http::Request& request) {
    const auto body = api::read_body(request);
    if (!body) return api::unreadable(body.error());
    api::Wrongs wrongs;
    api::ObjectReader reader(*body, "", wrongs);
    const auto to = reader.text("to", api::Need::required).value_or("");
    const auto keyring_to = reader.text("keyring_to", api::Need::optional).value_or(to);
    reader.finish();
    if (auto fits = wrongs.result(); !fits) return api::answer(fits.error());
    API_TRY(const auto done, back_up(house, to, keyring_to));
    return api::json_answer(200, bj::object{{"store", done.store.string()},
                                            {"keyring", done.keyring.string()},
                                            {"bytes", done.bytes},
                                            {"pruned", done.pruned}});
}

}  // namespace

void add_keeping_routes(http::Router& router, House& house) {
    const auto add = [&](http::Method method, std::string pattern, auto handler) {
        router.add(
            method, std::move(pattern), http::Runs::on_worker,
            [&house, handler](const http::Request& request) { return handler(house, request); });
    };
    add(http::Method::post, "/customers/find", find_customer);
    add(http::Method::get, "/customers/{id}/export", export_customer);
    add(http::Method::post, "/customers/{id}/erase", erase_customer);
    add(http::Method::post, "/backup", post_backup);
    add(http::Method::get, "/keys", get_keys);
    add(http::Method::post, "/keys/rotate", rotate_keys);
    add(http::Method::post, "/keys/continue", continue_rotation);
    add(http::Method::get, "/retention/preview", preview_retention);
    add(http::Method::post, "/retention/run", run_retention);
}

}  // namespace avow::app
