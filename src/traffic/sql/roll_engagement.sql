insert into daily
select site, day, {part}, {dimension}, cast(sum(n) as integer), 0, 0, 0, 0, 0, 0
  from engagement
 where day = $3
 group by site, day, {dimension} order by site, {dimension}
