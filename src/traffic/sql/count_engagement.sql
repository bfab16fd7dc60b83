select cast({dimension} as bigint), cast(sum(loads) as bigint)
  from (select page, bucket, sum(n) as loads
          from engagement
         where site = $1 and day >= $2 and day < $3 and {pages}
         group by page, bucket
        having sum(n) > 0) as kept
 group by {dimension}
