select cast(value as bigint), cast(sum(n) as bigint), cast(sum(visits) as bigint),
       cast(sum(today) as bigint), cast(sum(week) as bigint), cast(sum(month) as bigint),
       cast(sum(untold) as bigint), cast(sum(reloads) as bigint)
  from daily
 where site = $1 and day >= $2 and day < $3 and part = {part} and {days}
 group by value
