select distinct cast(day as bigint) as ended
  from (select distinct hour // 24 as day from views
        union select distinct day from edges
        union select distinct day from engagement
        union select distinct day from properties) as kept
 where day < $1 and day not in (select day from rolled)
 order by ended
