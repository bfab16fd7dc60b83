select cast({dimension} as bigint), cast(sum(n) as bigint)
  from engagement
 where site = $1 and day >= $2 and day < $3 and {pages}
 group by {dimension}
