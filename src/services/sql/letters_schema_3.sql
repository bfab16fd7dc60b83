-- The purpose of the policy that a letter names because it rests on a permission; empty for those that the
-- contract needs.
alter table letters add column purpose text not null default '';
-- Who has such a letter may take that permission back without signing in, by a secret that is kept hashed.
-- distribution: secret_hash
create table letter_stops (
    secret_hash blob not null unique,
    customer_id blob not null,
    letter_id   blob not null,
    purpose     text not null,
    made_ms     integer not null
) strict;
create index letter_stops_by_customer on letter_stops (customer_id);
create index letter_stops_by_age on letter_stops (made_ms);
