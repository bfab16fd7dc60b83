-- What helps with a password: how often its holder wants to be reminded (0: not at all), and since
-- when it is known to be one that is guessed first.
-- distribution: customer_id
create table password_help (
    customer_id   blob not null unique,
    remind_days   integer not null,
    weak_since_ms integer
) strict;
-- Browsers that signed in before: nobody else's guesses slow them. The cookie goes to sign-in alone.
-- distribution: customer_id
create table devices (
    customer_id blob not null,
    token_hash  blob not null,
    seen_ms     integer not null,
    unique (customer_id, token_hash)
) strict;
-- When the password was last given in this session.
alter table sessions add column proved_ms integer not null default 0;
