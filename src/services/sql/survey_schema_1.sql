-- Surveys and their versions, which never change; whose answer is where. No personal data in clear:
-- what was answered is a collection behind the gate, a draft and what is counted are sealed.
-- distribution: reference
create table surveys (
    survey_id  blob not null primary key,
    name       text not null,
    mode       text not null,
    purposes   text not null,
    state      text not null,
    version    integer not null,
    created_ms integer not null,
    opened_ms  integer not null,
    closed_ms  integer not null
) strict;
-- distribution: reference
create table survey_versions (
    survey_id  blob not null,
    version    integer not null,
    definition text not null,
    author     text not null,
    made_ms    integer not null,
    primary key (survey_id, version)
) strict;
-- One row of a customer and a survey: a draft, an answer, or that they would rather not.
-- distribution: customer_id
create table survey_answers (
    customer_id    blob not null,
    survey_id      blob not null,
    answer_id      blob not null,
    collection_id  blob not null,
    state          text not null,
    version        integer not null,
    policy_version text not null,
    at_ms          integer not null,
    kept_until_ms  integer not null,
    sealed         blob not null,
    unique (customer_id, survey_id)
) strict;
-- What is counted, without a look at the rows.
create index survey_answers_by_survey
    on survey_answers (survey_id, state, answer_id, customer_id, kept_until_ms);
-- Answers of nobody, in the order of random keys: neither when nor after whom one came can be told.
-- distribution: survey_id
create table anonymous_answers (
    survey_id  blob not null,
    answer_key blob not null,
    sealed     blob not null,
    primary key (survey_id, answer_key)
) strict, without rowid;
-- What a browser sent is taken once. A ticket is nobody's and leads to no answer.
-- distribution: ticket_hash
create table survey_tickets (
    ticket_hash blob not null primary key
) strict, without rowid;
-- Who holds a receipt's code, asked by the keyed hash of the code alone.
-- distribution: code_hash
create table survey_codes (
    code_hash   blob not null unique,
    customer_id blob not null,
    survey_id   blob not null
) strict;
create index survey_codes_by_customer on survey_codes (customer_id);
