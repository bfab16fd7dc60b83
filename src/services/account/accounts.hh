// SPDX-License-Identifier: Apache-2.0
// Customers' accounts: sign up, sign in, change the password. The address itself is sealed behind
// the gate; an account knows its customer and the hash of a password. Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/id.hh"
#include "base/result.hh"
#include "crypto/password.hh"
#include "gate/gate.hh"
#include "services/account/account.hh"
#include "services/account/backlog.hh"
#include "services/account/devices.hh"
#include "services/account/links.hh"
#include "services/account/passkeys.hh"
#include "services/account/password_rules.hh"
#include "services/account/second_factor.hh"
#include "services/account/sessions.hh"
#include "services/account/throttle.hh"

namespace avow::services {

struct SignUp {
    Personal<std::string> email;
    Personal<std::string> password;
    std::optional<Personal<std::string>> name;
    std::string language;
    std::string policy_version;
    std::vector<gate::PermissionChoice> permissions;
    std::optional<gate::Once> once;
};

struct SignIn {
    Personal<std::string> email;
    Personal<std::string> password;
    std::string network;  // where it comes from, as the throttle counts; may be empty
    std::string device;   // the browser's cookie; empty when it has none
    std::optional<std::string> code = {};                    // of the second factor
    std::optional<Personal<std::string>> new_password = {};  // in place of one that is over its age
};

// Where a `denied` error points when the password was right and a code is wanted besides.
inline constexpr std::string_view kCodePlace = "/code";

// And where it points when the password is over the age that the rules of the house allow.
inline constexpr std::string_view kNewPasswordPlace = "/new_password";

struct SignedIn {
    CustomerId customer;
    std::string session;  // the cookie's value, known to nobody but its holder
    std::string device;   // the cookie that makes the browser known; empty: it is already
};

// What is known of a password besides its hash.
struct PasswordFacts {
    Time changed;
    std::int64_t remind_days = 0;    // 0: its holder wants no reminder
    std::optional<Time> weak_since;  // when a sign-in showed that it is guessed first
    bool reminder_due = false;
};

struct PasswordChange {
    CustomerId customer;
    std::string session;  // the caller's
    Personal<std::string> current;
    Personal<std::string> wanted;
};

struct PasswordChanged {
    std::string session;  // the only one left
    std::int64_t ended = 0;
};

struct Confirmation {
    std::string link;
    std::optional<CustomerId> caller;  // whose session it comes with
    std::optional<Personal<std::string>> password;
    std::optional<std::string> code;
};

struct ResetAsked {
    Personal<std::string> email;
    std::string network;  // as of SignIn
    std::string language;
};

class Accounts {
  public:
    // `common_passwords`: the bytes of the list (common_passwords.hh), which outlive the accounts.
    static Result<std::unique_ptr<Accounts>> create(sql::Connection& store, gate::Gate& gate,
                                                    Letters& letters,
                                                    std::string_view common_passwords,
                                                    const Clock& clock, Random& random);

    // `invalid` by pointer; `conflict` on a stale policy; `too_often` after many with this address.
    // The same for an address that is known here and for one that is not.
    Result<SignedIn> sign_up(SignUp form);
    // `denied`, in the same words and the same time, for a wrong address and a wrong password;
    // `too_often` alike, whether the account exists or not. `denied` at kCodePlace when a second
    // factor is in use and its code is missing or not right.
    Result<SignedIn> sign_in(const SignIn& form);
    // `device` as of SignIn. `denied` whatever is not right.
    Result<SignedIn> sign_in_by_passkey(const crypto::webauthn::Site& site,
                                        const PasskeyAnswer& answer, std::string_view device);
    // The holder of `session` gives the password once more: the token that takes its place.
    // `denied` and `too_often` as above.
    Result<std::string> step_up(const CustomerId& customer, std::string_view session,
                                const Personal<std::string>& password,
                                const std::optional<std::string>& code = {});
    Result<std::string> step_up_by_passkey(const CustomerId& customer, std::string_view session,
                                           const crypto::webauthn::Site& site,
                                           const PasskeyAnswer& answer);
    Result<Account> get(const CustomerId& customer);
    Status note_policy_seen(const CustomerId& customer, std::string_view version);

    // `denied` when the current one is not right, `invalid` at /password when the new one cannot be
    // used. Every session ends but a new one for the caller.
    Result<PasswordChanged> change_password(PasswordChange change);
    Result<PasswordFacts> password_facts(const CustomerId& customer);
    // `invalid` unless it is one of reminder_intervals().
    Status set_reminder(const CustomerId& customer, std::int64_t days);
    // Whether a new password would be taken: what sign-up and change both ask.
    // The rules of the house; before anything is served.
    void set_rules(PasswordRules rules) { rules_ = std::move(rules); }
    const PasswordRules& rules() const { return rules_; }
    Status check_new_password(std::string_view password, std::string_view email) const;

    // When it was shown that the stored address is the customer's own.
    Result<std::optional<Time>> address_proved(const CustomerId& customer);
    // Whether letters may go there: it was shown so, and none came back for good. Within a read of
    // the caller's.
    static Result<bool> may_be_written_to(sql::Reader& reader, const CustomerId& customer);
    // When mail to the stored address came back for good, unless it was shown since to be theirs.
    Result<std::optional<Time>> address_returned(const CustomerId& customer);
    // `conflict` when it is shown already and nothing came back since, `too_often` when a letter is
    // on its way.
    Status send_proof_link(const CustomerId& customer);
    // The link shows who reads the mail of an address; the account's session or its password shows
    // that they are who signed up or asked for the change. `not_found` when the link is none of
    // ours, was used or is over; `denied` at /password or kCodePlace. The session that takes the
    // place of the caller's, when the account went over to a customer we knew before.
    Result<std::optional<std::string>> confirm_address(const Confirmation& confirmation);

    // Nothing changes before the link that goes to the new address is followed. The same for an
    // address that is known here and for one that is not. `invalid` at /fields/email; `too_often`
    // when a letter is on its way.
    Status ask_address_change(const CustomerId& customer, const Personal<std::string>& wanted);
    Result<std::optional<Personal<std::string>>> asked_address(const CustomerId& customer);
    Status forget_address_change(const CustomerId& customer);
    // By the link that went to the former address: that is the account's again, and every session
    // ends. `not_found` as above.
    Status undo_address_change(std::string_view secret);

    // Answers before it looks, so that nobody learns by words or by time whether there is such an
    // account. `unavailable` when too many ask.
    Status ask_reset(ResetAsked form);
    void wait_for_backlog();  // for tests
    // `not_found` as above, `invalid` at /password. Every session ends, and none begins.
    Status finish_reset(std::string_view secret, const Personal<std::string>& wanted);

    // Of second_factor(), under the account's address: an authenticator tells accounts apart by it.
    Result<AuthenticatorOffer> offer_authenticator(const CustomerId& customer);

    // What a crash left of accounts that went over to others. Once every room is wired.
    Status resume();

    Sessions& sessions() { return *sessions_; }
    Passkeys& passkeys() { return passkeys_; }
    SecondFactor& second_factor() { return second_factor_; }

  private:
    Accounts(sql::Connection& store, gate::Gate& gate, Letters& letters, CommonPasswords common,
             std::unique_ptr<Sessions> sessions, std::unique_ptr<Links> links, const Clock& clock,
             Random& random)
        : store_(store),
          gate_(gate),
          letters_(letters),
          common_(common),
          sessions_(std::move(sessions)),
          links_(std::move(links)),
          devices_(store, clock, random),
          throttle_(clock, random),
          passkeys_(store, gate, letters, clock, random),
          second_factor_(store, gate, letters, clock, random),
          clock_(clock) {}
    // Who signs in by an address.
    struct Holders {
        std::optional<CustomerId> indexed;  // found by it; perhaps without an account
        std::optional<CustomerId> proved;   // the same, with an account that showed that it is its
        std::optional<CustomerId> newest;   // the last sign-up that did not show it
    };
    Result<Holders> holders_of(const Personal<std::string>& email);
    crypto::Hash address_hash(const Personal<std::string>& email) const;
    Result<bool> fits(const std::optional<CustomerId>& customer, std::string_view password);
    Result<SignedIn> sign_in_from(const crypto::Hash& device, const CustomerId& known,
                                  const Holders& holders, const SignIn& form);
    enum class Counted { forget, undo };  // what becomes of the throttle's count
    Result<SignedIn> enter(const CustomerId& customer, const SignIn& form, const Trier& trier,
                           Counted counted);
    // The session and the browser it is in, in one step.
    Result<SignedIn> begin_session(const CustomerId& customer,
                                   const std::optional<crypto::Hash>& known);
    // Its hash, when it is right. Tried by somebody who is signed in: counted for this session
    // alone, until `besides` holds as well.
    Result<std::string> check_current_password(const CustomerId& customer, std::string_view session,
                                               const Personal<std::string>& password,
                                               const std::function<Status()>& besides = {});
    // Where the rules refuse former passwords.
    Status check_former(const CustomerId& customer, std::string_view wanted);
    Status write_password(sql::Writer& unit, const CustomerId& customer, std::string_view before,
                          std::string_view after) const;
    Status renew_if_over_age(const CustomerId& customer, const SignIn& form);
    Status check_code(const CustomerId& customer, const std::optional<std::string>& code);
    Status send_reset_link(const ResetAsked& form);
    Status check_confirmation(const Confirmation& confirmation, const CustomerId& customer);
    using NewSession = Result<std::optional<std::string>>;
    NewSession prove_address(const CustomerId& customer, std::string_view secret, bool signed_in);
    NewSession take_over(const CustomerId& from, const CustomerId& to, std::string_view secret,
                         bool signed_in);
    void erase_leftover(const CustomerId& customer);
    Status change_address(const CustomerId& customer, std::string_view secret);
    Result<gate::Collection> own_contact(const CustomerId& customer);
    Status write_proof(sql::Writer& unit, const CustomerId& customer) const;
    static Status write_forget_account(sql::Writer& unit, const CustomerId& customer);
    Result<Personal<std::string>> own_address(const CustomerId& customer);
    Result<std::string> password_hash(const CustomerId& customer);
    // Account and sessions are removed in the same step as an erased customer.
    void go_with_the_customer();
    // A list that was updated may know a password that it did not know before: the holder is told,
    // and still signed in.
    Status screen_again(const CustomerId& customer, std::string_view password,
                        std::string_view email);

    sql::Connection& store_;
    gate::Gate& gate_;
    Letters& letters_;
    CommonPasswords common_;
    PasswordRules rules_;
    std::unique_ptr<Sessions> sessions_;
    std::unique_ptr<Links> links_;
    Devices devices_;
    Throttle throttle_;
    Passkeys passkeys_;
    SecondFactor second_factor_;
    const Clock& clock_;
    crypto::PasswordHasher hasher_;
    Backlog backlog_;  // last: its thread uses the others
};

Error wrong_credentials();
gate::Actor own_actor();                             // the holder of the account
std::span<const std::int64_t> reminder_intervals();  // in days; the first is never

}  // namespace avow::services
