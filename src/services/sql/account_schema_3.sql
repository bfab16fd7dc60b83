-- Links that were mailed, by the hash of their secret. Each works once, and asked by the hash alone.
-- distribution: token_hash
create table account_links (
    token_hash  blob not null unique,
    customer_id blob not null,
    kind        text not null,
    made_ms     integer not null,
    ends_ms     integer not null
) strict;
create index account_links_by_customer on account_links (customer_id);
-- When a customer showed that the stored address is theirs; without a row it is not shown yet.
-- distribution: customer_id
create table address_proofs (
    customer_id blob not null unique,
    proved_ms   integer not null
) strict;
