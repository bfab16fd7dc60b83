// SPDX-License-Identifier: Apache-2.0
#include "services/desk/states.hh"

namespace avow::services {
namespace {

using S = RequestState;
using Next = std::optional<S>;
constexpr Next kNo = std::nullopt;

// One row an act, one column a state: new, open, waiting, solved, closed.
constexpr std::array<std::array<Next, 5>, 9> kTable{{
    /* customer_writes */ {S::fresh, S::open, S::open, S::open, kNo},
    /* assign          */ {S::open, S::open, S::waiting, S::solved, kNo},
    /* note            */ {S::fresh, S::open, S::waiting, S::solved, kNo},
    /* ask_back        */ {S::waiting, S::waiting, S::waiting, S::waiting, kNo},
    /* answer          */ {S::solved, S::solved, S::solved, S::solved, kNo},
    /* reopen          */ {S::open, kNo, S::open, S::open, kNo},
    /* wait            */ {S::waiting, S::waiting, kNo, kNo, kNo},
    /* solve           */ {S::solved, S::solved, S::solved, kNo, kNo},
    /* close           */ {S::closed, S::closed, S::closed, S::closed, kNo},
}};

}  // namespace

std::string_view name_of(RequestState state) {
    switch (state) {
        case S::fresh:
            return "new";
        case S::open:
            return "open";
        case S::waiting:
            return "waiting";
        case S::solved:
            return "solved";
        case S::closed:
            return "closed";
    }
    return {};
}

std::string_view name_of(RequestAct act) {
    switch (act) {
        case RequestAct::customer_writes:
            return "customer_writes";
        case RequestAct::assign:
            return "assign";
        case RequestAct::note:
            return "note";
        case RequestAct::ask_back:
            return "ask_back";
        case RequestAct::answer:
            return "answer";
        case RequestAct::reopen:
            return "reopen";
        case RequestAct::wait:
            return "wait";
        case RequestAct::solve:
            return "solve";
        case RequestAct::close:
            return "close";
    }
    return {};
}

std::optional<RequestState> request_state_from(std::string_view name) {
    for (const auto state : kRequestStates) {
        if (name_of(state) == name) return state;
    }
    return std::nullopt;
}

std::optional<RequestState> next(RequestState from, RequestAct act) {
    return kTable[static_cast<std::size_t>(act)][static_cast<std::size_t>(from)];
}

std::vector<RequestAct> acts_in(RequestState state) {
    std::vector<RequestAct> acts;
    for (const auto act : kRequestActs) {
        if (act != RequestAct::customer_writes && next(state, act)) acts.push_back(act);
    }
    return acts;
}

bool is_our_turn(RequestState state) {
    return state == S::fresh || state == S::open;
}

bool is_done(RequestState state) {
    return state == S::solved || state == S::closed;
}

std::optional<RequestAct> move_to(RequestState state) {
    switch (state) {
        case S::fresh:
            return std::nullopt;
        case S::open:
            return RequestAct::reopen;
        case S::waiting:
            return RequestAct::wait;
        case S::solved:
            return RequestAct::solve;
        case S::closed:
            return RequestAct::close;
    }
    return std::nullopt;
}

}  // namespace avow::services
