select cast(property as bigint), cast(sum(n) as bigint)
  from properties
 where site = $1 and day >= $2 and day < $3 and name = $4
 group by property
