select count(*), coalesce(sum(case when changed_ms between created_ms and $1 then 1 else 0 end), 0) from accounts
