// SPDX-License-Identifier: Apache-2.0
// The states of a request, and the only table of the ways between them. Pure.
//   new      nobody has looked at it        our turn, with a deadline
//   open     somebody works on it           our turn, with a deadline
//   waiting  answered; the customer's turn
//   solved   answered; nothing more is expected. What the customer writes opens it again
//   closed   the end: what the customer writes begins another request
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <vector>

namespace avow::services {

enum class RequestState { fresh, open, waiting, solved, closed };
enum class RequestAct {
    customer_writes,
    assign,    // to somebody, or to nobody
    note,      // among ourselves
    ask_back,  // an answer that expects one
    answer,    // an answer that is the last word, as far as we know
    reopen,    // without a word
    wait,      // without a word: the customer was called
    solve,     // without a word
    close,
};

inline constexpr std::array<RequestState, 5> kRequestStates{
    RequestState::fresh, RequestState::open, RequestState::waiting, RequestState::solved,
    RequestState::closed};
inline constexpr std::array<RequestAct, 9> kRequestActs{RequestAct::customer_writes,
                                                        RequestAct::assign,
                                                        RequestAct::note,
                                                        RequestAct::ask_back,
                                                        RequestAct::answer,
                                                        RequestAct::reopen,
                                                        RequestAct::wait,
                                                        RequestAct::solve,
                                                        RequestAct::close};

std::string_view name_of(RequestState state);
std::string_view name_of(RequestAct act);
std::optional<RequestState> request_state_from(std::string_view name);

// Where an act leads; nothing when it may not happen in this state.
std::optional<RequestState> next(RequestState from, RequestAct act);
// What an employee may do in this state.
std::vector<RequestAct> acts_in(RequestState state);
// Whether we owe something: then there is a deadline.
bool is_our_turn(RequestState state);
// Whether nothing more is expected of anybody.
bool is_done(RequestState state);
// The act by which an employee moves a request to a state; nothing when none does.
std::optional<RequestAct> move_to(RequestState state);

}  // namespace avow::services
