-- Letters on their way, and for a month what became of them. No personal data in clear: kinds,
-- languages, times and counts. Address and link are sealed, and emptied once nothing is left to do.
-- distribution: customer_id
create table letters (
    customer_id blob not null,
    letter_id   blob not null,
    kind        text not null,
    language    text not null,
    message_id  text not null,
    own_address integer not null,
    written_ms  integer not null,
    until_ms    integer not null,
    state       text not null,
    next_ms     integer not null,
    attempts    integer not null,
    claimed_by  text not null,
    status      text not null,
    sealed      blob not null,
    unique (customer_id, letter_id)
) strict;
-- The sender looks here every second.
create index letters_waiting on letters (next_ms) where state = 'waiting';
create index letters_by_age on letters (written_ms);
