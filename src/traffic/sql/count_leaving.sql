select cast(from_page as bigint), cast(sum(n) as bigint)
  from edges
 where site = $1 and day >= $2 and day < $3 and {days}
 group by from_page
