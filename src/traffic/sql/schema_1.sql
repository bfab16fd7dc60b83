create table if not exists words (
    kind utinyint not null,
    id uinteger not null,
    word varchar not null
);
create table if not exists views (
    site uinteger not null,
    hour uinteger not null,
    page uinteger not null,
    name uinteger not null,
    source uinteger not null,
    campaign uinteger not null,
    browser uinteger not null,
    system uinteger not null,
    n uinteger not null,
    country usmallint not null,
    kind utinyint not null,
    channel utinyint not null,
    device utinyint not null,
    origin utinyint not null,
    bot utinyint not null,
    known utinyint not null,
    today utinyint not null,
    week utinyint not null,
    month utinyint not null,
    year utinyint not null,
    gap utinyint not null,
    depth utinyint not null,
    entry utinyint not null,
    reload utinyint not null
);
create table if not exists edges (
    site uinteger not null,
    day uinteger not null,
    from_page uinteger not null,
    to_page uinteger not null,
    n uinteger not null
);
create table if not exists engagement (
    site uinteger not null,
    day uinteger not null,
    page uinteger not null,
    bucket utinyint not null,
    n integer not null
);
create table if not exists properties (
    site uinteger not null,
    day uinteger not null,
    name uinteger not null,
    property uinteger not null,
    n uinteger not null
);
create table if not exists imports (
    file varchar not null,
    bytes ubigint not null,
    lines ubigint not null,
    rejected ubigint not null
);
