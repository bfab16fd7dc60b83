-- Requests and what was written in them. No personal data in clear: states, times, ids and the names of
-- those who answer; what was written is a collection behind the gate, a mail's particulars are sealed.
-- distribution: customer_id
create table requests (
    customer_id blob not null,
    request_id  blob not null,
    channel     text not null,
    state       text not null,
    assignee    text not null,
    review      integer not null,
    linked_to   blob not null,
    deadline_ms integer not null,
    created_ms  integer not null,
    updated_ms  integer not null,
    revision    integer not null,
    unique (customer_id, request_id)
) strict;
-- The queue: newest first, of one state or of all.
create index requests_by_state on requests (state, request_id);
-- distribution: customer_id
create table request_messages (
    customer_id   blob not null,
    request_id    blob not null,
    message_id    blob not null,
    collection_id blob not null,
    direction     text not null,
    channel       text not null,
    author        text not null,
    carried       text not null,
    automatic     integer not null,
    left_out      integer not null,
    at_ms         integer not null,
    sealed        blob not null,
    unique (customer_id, request_id, message_id)
) strict;
-- Whose a request is, asked by its id alone.
-- distribution: request_id
create table request_owners (
    request_id  blob not null unique,
    customer_id blob not null
) strict;
create index request_owners_by_customer on request_owners (customer_id);
-- Which request a mail belongs to, by the keyed hash of a Message-ID.
-- distribution: mail_hash
create table mail_threads (
    mail_hash   blob not null unique,
    customer_id blob not null,
    request_id  blob not null
) strict;
create index mail_threads_by_customer on mail_threads (customer_id);
-- Mails that were taken, by the keyed hash of their bytes, for a month: one that comes again is not
-- another. Names nobody, so it stays when a customer is erased.
-- distribution: mail_hash
create table mails_taken (
    mail_hash blob not null unique,
    taken_ms  integer not null
) strict;
create index mails_taken_by_age on mails_taken (taken_ms);
-- Mails whose form let nobody read them, whole, sealed by the house.
-- distribution: item_id
create table quarantine (
    item_id  blob not null unique,
    at_ms    integer not null,
    reason   text not null,
    bytes    integer not null,
    sealed   blob not null
) strict;
create index quarantine_by_age on quarantine (at_ms);
