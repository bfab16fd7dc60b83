-- The newest sign-up with an address that nobody has shown to be theirs yet, by the address's keyed
-- hash.
-- distribution: address_hash
create table sign_ups (
    address_hash blob not null unique,
    customer_id  blob not null,
    made_ms      integer not null
) strict;
create index sign_ups_by_customer on sign_ups (customer_id);
-- Customers whose account went over to another one, until they are erased.
-- distribution: customer_id
create table leftovers (
    customer_id blob not null unique,
    made_ms     integer not null
) strict;
-- Another address that was asked for, sealed, until the link that was mailed there is followed.
-- distribution: customer_id
create table address_changes (
    customer_id blob not null unique,
    address     blob not null,
    made_ms     integer not null
) strict;
-- Former addresses, sealed, as long as the link that was mailed there brings them back.
-- distribution: customer_id
create table former_addresses (
    customer_id blob not null,
    token_hash  blob not null,
    address     blob not null,
    ends_ms     integer not null,
    unique (customer_id, token_hash)
) strict;
