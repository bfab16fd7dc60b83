-- Requests under the policy: kinds, states, times and who let what go. No personal data in clear: what is
-- to be put right is sealed under the customer's key until it was. Rows outlive an erasure, without a
-- word of whom: that it was asked for and done is to be shown for three years.
-- distribution: customer_id
create table rights (
    customer_id blob not null,
    right_id    blob not null,
    kind        text not null,
    channel     text not null,
    request_id  blob not null, -- of the desk, that it came with
    regime      text not null,
    state       text not null,
    shown       text not null, -- how who asks was shown
    language    text not null,
    received_ms integer not null,
    deadline_ms integer not null,
    extended    text not null,
    ground      text not null,
    approved_by text not null,
    export_id   blob not null,
    tries       integer not null,
    due_ms      integer not null, -- when the program looks at it next; 0: it waits for people
    until_ms    integer not null, -- when the state ends by itself, or the row
    changed_ms  integer not null,
    revision    integer not null,
    sealed      blob not null,
    unique (customer_id, right_id)
) strict;
create index rights_due on rights (due_ms) where due_ms > 0;
create index rights_by_state on rights (state, right_id);
-- Whose a request is, asked by its id alone.
-- distribution: right_id
create table right_owners (
    right_id    blob not null unique,
    customer_id blob not null
) strict;
