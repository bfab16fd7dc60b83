// SPDX-License-Identifier: Apache-2.0
// Surveys: what is asked, who answered, and what the answers say together.
//
// Promises: a version never changes; an answer is checked as the browser checks it (definition.hh)
// and bound to the survey's version, the policy's version and its purposes. A named answer is a
// collection of its customer through the channel `survey`; a pseudonymous one is a collection of a
// customer of its own whom nobody knows but by the code of the receipt; an anonymous one is
// nobody's, has no time finer than a day, and cannot be taken back, which is said before it is
// sent. What is counted is what stands in the store at that moment and the purpose still covers: an
// answer that was withdrawn, erased or is over is in no result from then on. Fewer than kFewestTold
// answers are not told apart. Thread-safe. Does not promise that an anonymous answer names nobody
// in its own words. Source: decisions 0130 to 0132; house.md, the walk of a datum.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "gate/gate.hh"
#include "services/survey/definition.hh"
#include "services/survey/marks.hh"
#include "services/survey/statistics.hh"

namespace avow::services {

inline constexpr std::size_t kSurveyNameMax = 200;         // LIMIT: bytes
inline constexpr std::size_t kSurveyAnswersMax = 200'000;  // LIMIT: bytes of one person's answers
inline constexpr std::size_t kFewestTold = 5;              // answers, in any figure of a result

enum class SurveyMode { named, pseudonymous, anonymous };
enum class SurveyState { draft, open, closed };
enum class AnswerState { draft, answered, declined, withdrawn };
std::string_view name_of(SurveyMode mode);
std::string_view name_of(SurveyState state);
std::string_view name_of(AnswerState state);
std::optional<SurveyMode> survey_mode_from(std::string_view name);
std::optional<SurveyState> survey_state_from(std::string_view name);
std::optional<AnswerState> answer_state_from(std::string_view name);

struct Survey {
    SurveyId id;
    std::string name;  // as its makers call it
    SurveyMode mode = SurveyMode::named;
    std::vector<std::string> purposes;
    SurveyState state = SurveyState::draft;
    std::int64_t version = 1;
    Time created;
    std::optional<Time> opened;
    std::optional<Time> closed;
    bool after_requests = false;  // while it is open, it is the one to invite to after a request
};

struct SurveyVersion {
    std::int64_t version = 1;
    std::string author;
    Time made;
};

struct NewSurvey {
    std::string name;
    SurveyMode mode = SurveyMode::named;
    std::vector<std::string> purposes;
    boost::json::value definition;
};

// What somebody sends.
struct SurveyReply {
    std::int64_t version = 0;  // that they saw
    std::string policy_version;
    Personal<std::string> answers;  // JSON
    std::vector<gate::PermissionChoice> permissions;
    std::string language;
    std::string ticket;  // of a visitor's browser: the same one is taken once
};

// A customer's own row.
struct OwnAnswer {
    SurveyId survey;
    AnswerId answer;
    CollectionId collection;
    AnswerState state = AnswerState::draft;
    std::int64_t version = 1;
    std::string policy_version;
    Time at;
    std::optional<Personal<std::string>> content;  // JSON: of a draft, or as answered
};

struct VisitorReceipt {
    std::string code;  // empty: an anonymous answer has none
};

// What results are asked for.
struct ResultsQuestion {
    SurveyId survey;
    std::string purpose;
    std::optional<std::int64_t> version;
    std::optional<std::int64_t> from_day;  // since 1970, both included
    std::optional<std::int64_t> to_day;
    std::string rows;  // two questions' names for a cross-tab, or none
    std::string columns;
};

struct Results {
    std::size_t answers = 0;
    std::size_t withheld = 0;  // fewer than kFewestTold: nothing else is told
    std::vector<QuestionResult> questions;
    std::optional<CrossTab> cross;
};

// One answer as it is read, by what the gate let open.
struct ReadAnswer {
    std::string answer;
    std::int64_t version = 1;
    std::int64_t day = 0;
    policy::Decision decision;
    std::optional<Personal<std::string>> content;  // JSON of {"answers": …} when allowed
};
struct ReadPage {
    std::vector<ReadAnswer> answers;
    std::optional<PurposeToken> token;  // for the contents; nothing: there is none
    std::string next;                   // empty: that was all
};

class Surveys {
  public:
    struct Options {
        // Nobody is offered another survey sooner after one that they answered or declined.
        std::int64_t rest_ms = 30 * kDayMs;
    };
    static Result<std::unique_ptr<Surveys>> create(sql::Connection& store, gate::Gate& gate,
                                                   Options options, const Clock& clock,
                                                   Random& random);

    // ---- makers. WALL: the caller has made sure of the role `researcher`.
    // `invalid` by pointer: /name, /purposes/…, /definition/…
    Result<Survey> make(const NewSurvey& wanted, std::string_view author);
    // A new version; who has the old one before them is asked to look again. `conflict` when the
    // survey is closed, or `seen` is not the newest version.
    Result<Survey> revise(const SurveyId& survey, std::int64_t seen, const std::string& name,
                          const boost::json::value& definition, std::string_view author);
    // draft → open → closed → open. `conflict` for any other way.
    Result<Survey> change_state(const SurveyId& survey, SurveyState state);
    // Makes it the survey that customers are invited to after a request, in place of any other; or
    // not any more. `invalid` at /asked when the policy in force lets us write to people for none
    // of its purposes.
    Result<Survey> ask_after_requests(const SurveyId& survey, bool asked);
    Result<std::vector<Survey>> list(const std::optional<SurveyId>& before, int limit);
    Result<Survey> get(const SurveyId& survey);
    Result<std::vector<SurveyVersion>> versions(const SurveyId& survey);
    Result<boost::json::object> definition_json(const SurveyId& survey, std::int64_t version);

    // ---- what they say
    // `denied` to an actor whose role does not cover the purpose.
    Result<Results> results(const ResultsQuestion& question, const gate::Actor& actor);
    // One after another, each named or pseudonymous one a use in its customer's ledger.
    Result<ReadPage> read(const SurveyId& survey, const std::string& purpose,
                          const std::string& after, std::size_t limit, const gate::Actor& actor);

    // ---- a customer, of a named survey
    // Those to be offered now: at most one that is not begun, and none within the rest but the one
    // that a letter invited to.
    Result<std::vector<Survey>> offered(const CustomerId& customer);
    struct Invitation {
        SurveyId survey;
        Time at;
    };
    Result<std::vector<Invitation>> invitations(const CustomerId& customer);
    Result<std::vector<OwnAnswer>> own(const CustomerId& customer);  // without contents
    Result<std::optional<OwnAnswer>> own(const CustomerId& customer, const SurveyId& survey);
    // Replaces the one before; empty: forgets it. `conflict` once it is answered or closed.
    Status keep_draft(const CustomerId& customer, const SurveyId& survey, std::int64_t version,
                      const Personal<std::string>& draft);
    // `conflict`: answered already, closed, or another version than the newest.
    Result<gate::Collected> answer(const CustomerId& customer, const SurveyId& survey,
                                   SurveyReply reply);
    Status decline(const CustomerId& customer, const SurveyId& survey);
    // In no result from now on, then erased: what a hold keeps is kept, and not counted either.
    Status withdraw(const CustomerId& customer, const SurveyId& survey);

    // ---- a visitor, of a pseudonymous or anonymous survey
    Result<VisitorReceipt> answer_as_visitor(const SurveyId& survey, SurveyReply reply);
    // `not_found` when there is no such code, or it was used.
    Status withdraw_by_code(std::string_view code);

    // What a crash left between a withdrawal and its erasure. At start.
    Status resume();

  private:
    struct Checked;
    struct Standing;
    Surveys(sql::Connection& store, gate::Gate& gate, Options options, const Clock& clock,
            Random& random)
        : store_(store), gate_(gate), options_(options), clock_(clock), random_(random) {}
    friend class Invitations;
    void go_with_the_customer();
    // What a customer has of surveys, and when they were last asked, answered or declined one.
    struct History {
        std::vector<OwnAnswer> answers;  // without contents
        std::vector<Invitation> invitations;
        bool resting = false;
    };
    Result<History> history(sql::Reader& reader, const CustomerId& customer);
    // Purposes of the survey for which the policy in force writes to people by their permission.
    std::vector<std::string> inviting_purposes(const Survey& survey) const;
    Result<Survey> find(sql::Reader& reader, const SurveyId& survey);
    Result<std::shared_ptr<const Definition>> definition(const SurveyId& survey,
                                                         std::int64_t version);
    Result<Checked> check(const Survey& survey, const SurveyReply& reply);
    Status check_permitted(const Survey& survey, const SurveyReply& reply,
                           const std::optional<CustomerId>& customer);
    Status still_open(sql::Reader& reader, const Survey& survey);
    Result<gate::Collected> collect(const Survey& survey, SurveyReply& reply, Checked checked,
                                    const std::optional<CustomerId>& customer,
                                    const gate::Gate::Alongside& alongside);
    Status erase_withdrawn(const CustomerId& customer, const CollectionId& collection);
    Result<bool> wants_permission(const std::string& purpose) const;
    Result<std::vector<Standing>> standing(const Survey& survey, const std::string& purpose);
    Result<std::vector<std::uint32_t>> fetch_marks(const Survey& survey,
                                                   const std::vector<Standing>& standing,
                                                   const gate::CountingPass& pass,
                                                   MarkColumns& columns);
    Result<ReadPage> read_anonymous(const Survey& survey, const std::string& purpose,
                                    const std::string& after, std::size_t limit,
                                    const gate::Actor& actor);

    sql::Connection& store_;
    gate::Gate& gate_;
    const Options options_;
    const Clock& clock_;
    Random& random_;
    std::mutex reading_;  // guards definitions_
    std::map<std::pair<SurveyId, std::int64_t>, std::shared_ptr<const Definition>>
        definitions_;      // shared: they never change
    std::mutex counting_;  // guards columns_
    std::map<SurveyId, std::unique_ptr<MarkColumns>> columns_;
};

}  // namespace avow::services
