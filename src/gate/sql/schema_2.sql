-- Answers that may be asked for again (decision 10): found by the caller's key, as an address is by the
-- blind index, because whose they are is the answer. A day later the row goes. What makes the answer
-- again is sealed under the customer's key.
-- distribution: key_hash
create table answers (
    key_hash    blob not null unique,
    customer_id blob not null,
    at_ms       integer not null,
    sealed      blob not null
) strict;
create index answers_by_age on answers (at_ms);
-- Disclosures are rare and looked at again and again.
create index acts_disclosed on acts (customer_id) where kind = 'disclosed';
