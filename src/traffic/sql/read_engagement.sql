select cast(page as bigint), cast(bucket as bigint), cast(sum(n) as bigint)
  from engagement
 where site = $1 and day >= $2 and day < $3
 group by 1, 2
having sum(n) > 0
