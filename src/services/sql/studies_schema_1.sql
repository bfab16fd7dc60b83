-- What the web team keeps: goals, funnels, segments, and links that show one report. The house's own;
-- no personal data. Terms are lines. secret_hash: of a link's secret; the row's own id otherwise.
-- distribution: reference
create table studies (
    study_id    blob not null unique,
    site        text not null,
    kind        text not null,
    name        text not null,
    terms       text not null,
    report      text not null,
    days        integer not null,
    noise       integer not null,
    created_ms  integer not null,
    secret_hash blob not null unique,
    noise_key   blob not null,
    unique (site, kind, name)
) strict;
