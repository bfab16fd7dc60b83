select cast(day as bigint), cast(site as bigint), cast(page as bigint), cast(bucket as bigint),
       cast(sum(n) as bigint)
  from engagement
 where site > 0
 group by day, site, page, bucket
having sum(n) <> 0
