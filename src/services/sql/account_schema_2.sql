-- What helps with a password: how often its holder wants to be reminded (0: not at all), and since
-- when it is known to be one that is guessed first.
-- distribution: customer_id
create table password_help (
    customer_id   blob not null unique,
    remind_days   integer not null,
    weak_since_ms integer
) strict;
