select count(*), coalesce(sum(case when substr(sealed, 1, 2) = x'0101' then 1 else 0 end), 0) from (select sealed from data order by rowid desc limit 1000)
