select cast(day as bigint), cast(site as bigint), cast(from_page as bigint), cast(to_page as bigint),
       cast(sum(n) as bigint)
  from edges
 where site > 0
 group by day, site, from_page, to_page
