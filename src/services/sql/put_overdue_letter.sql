insert into overdue_letters (employee, requests, rights, told_until_ms, told_ms) values ($1, $2, $3, $4, 0)
on conflict (employee) do update set requests = excluded.requests, rights = excluded.rights, told_until_ms = case when overdue_letters.requests + overdue_letters.rights = 0 then excluded.told_until_ms else overdue_letters.told_until_ms end
