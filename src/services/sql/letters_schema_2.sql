-- A letter that comes back is known by its Message-ID. Until an address is shown to be its customer's anew,
-- nothing but the link that shows it goes to one that mail came back from.
create index letters_by_message on letters (message_id);
-- distribution: customer_id
create table address_returns (
    customer_id blob not null unique,
    returned_ms integer not null
) strict;
