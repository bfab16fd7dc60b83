select cast({dimension} as bigint),
       cast(sum(n) as bigint),
       cast(sum(n * entry) as bigint),
       cast(sum(n * today) as bigint),
       cast(sum(n * week) as bigint),
       cast(sum(n * month) as bigint),
       cast(sum(n * (1 - known)) as bigint),
       cast(sum(n * reload) as bigint)
  from views
 where site = $1 and hour >= $2 and hour < $3 and {filters}
 group by {dimension}
