-- Who asked to join or leave the mailing list and has yet to show that the address is theirs. What
-- they wrote is sealed by the house, and emptied once they confirmed; the row goes at its end.
-- distribution: address_key
create table list_askings (
    address_key blob not null,
    secret_hash blob not null,
    wish        text not null,
    asked_ms    integer not null,
    ends_ms     integer not null,
    confirmed   integer not null,
    sealed      blob not null,
    unique (address_key, secret_hash)
) strict;
create index list_askings_by_end on list_askings (ends_ms);
