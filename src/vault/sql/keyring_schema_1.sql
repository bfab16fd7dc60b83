create table customer_keys (
    customer_id blob primary key not null,
    epoch       integer not null,
    wrapped     blob not null
) strict;
