-- How far a folder of a mailbox was read by IMAP, and by which node. Numbers, and a hash of where it is.
-- distribution: mailbox
create table mailboxes (
    mailbox   blob not null unique,
    holder    text not null,
    until_ms  integer not null,
    validity  integer not null,
    done_uid  integer not null,
    begun_uid integer not null,
    tries     integer not null,
    set_aside integer not null
) strict;
