-- Who wants the figures of a site by letter, and how often. told_day: the end of the last time that
-- was told, in days since the epoch; a letter is due when a later one has ended.
-- distribution: reference
create table digests (
    employee blob not null,
    site     text not null,
    every    text not null,
    told_day integer not null,
    unique (employee, site)
) strict;
