insert into overdue_letters (employee, of_desk, of_policy, told_until_ms, told_ms) values ($1, $2, $3, $4, 0)
on conflict (employee) do update set of_desk = excluded.of_desk, of_policy = excluded.of_policy, told_until_ms = case when overdue_letters.of_desk + overdue_letters.of_policy = 0 then excluded.told_until_ms else overdue_letters.told_until_ms end
