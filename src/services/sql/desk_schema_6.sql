-- What each message can be found by: its words, sealed under its customer's key. A search opens and
-- compares them in memory; without the key they tell no word, and no two of them what they share.
-- distribution: customer_id
create table request_terms (
    customer_id   blob not null,
    message_id    blob not null,
    collection_id blob not null,
    sealed        blob not null,
    unique (customer_id, message_id)
) strict;
-- A search goes back from the newest.
create index request_terms_by_age on request_terms (message_id);
