insert into daily
select site, cast($3 as uinteger), {part}, {dimension}, cast(sum(n) as integer),
       cast(sum(n * entry) as integer), cast(sum(n * today) as integer),
       cast(sum(n * week) as integer), cast(sum(n * month) as integer),
       cast(sum(n * (1 - known)) as integer), cast(sum(n * reload) as integer)
  from views
 where hour >= $1 and hour < $2 and {filters}
 group by site, {dimension} order by site, {dimension}
