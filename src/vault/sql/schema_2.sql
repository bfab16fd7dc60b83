-- Which keyring the store was made with: another one is refused and named.
-- distribution: reference
create table vault_identity (
    name  text not null primary key,
    value blob not null
) strict;
