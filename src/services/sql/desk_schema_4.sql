-- A request that went on under another; whether the first message begins with a subject; words of the
-- house that stand on it, between bars. Which message a thread's hash is of.
alter table requests add column merged_into blob;
alter table requests add column headed integer not null default 1;
alter table requests add column tags text not null default '';
alter table mail_threads add column message_id blob;
-- Words that the house sorts its requests by. No personal data.
-- distribution: reference
create table desk_tags (
    tag     text not null unique,
    made_ms integer not null
) strict;
