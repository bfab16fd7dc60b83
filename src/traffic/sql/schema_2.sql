create table if not exists daily (
    site uinteger not null,
    day uinteger not null,
    part utinyint not null,
    value uinteger not null,
    n integer not null,
    visits integer not null,
    today integer not null,
    week integer not null,
    month integer not null,
    untold integer not null,
    reloads integer not null
);
create table if not exists rolled (
    day uinteger not null
);
create table if not exists delivered (
    turn ubigint not null,
    mark varchar not null
)
