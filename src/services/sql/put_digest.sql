insert into digests (employee, site, every, told_day) values ($1, $2, $3, $4)
on conflict (employee, site) do update set every = excluded.every, told_day = excluded.told_day
