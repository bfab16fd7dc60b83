-- Former passwords, hashed, as many as the rules of the house refuse; none under the standard ones.
-- distribution: customer_id
create table former_passwords (
    customer_id blob not null,
    made_ms     integer not null,
    password    text not null,
    unique (customer_id, made_ms)
) strict;
