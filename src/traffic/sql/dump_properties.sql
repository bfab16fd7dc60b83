select cast(day as bigint), cast(site as bigint), cast(name as bigint), cast(property as bigint),
       cast(sum(n) as bigint)
  from properties
 where site > 0
 group by day, site, name, property
