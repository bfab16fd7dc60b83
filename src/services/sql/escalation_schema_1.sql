-- Which employees are written to when requests are overdue: of the desk, under the policy, or both.
-- told_until_ms: deadlines up to then were told, or were over before they asked for it; told_ms: when
-- the last letter was written. Deadlines are instants, so one mark tells each of them once.
-- distribution: reference
create table overdue_letters (
    employee      blob not null unique,
    of_desk       integer not null,
    of_policy     integer not null,
    told_until_ms integer not null,
    told_ms       integer not null
) strict;
