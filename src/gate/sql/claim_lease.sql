insert into leases (name, holder, fence, until_ms) values ($1, $2, 1, $4)
on conflict (name) do update set holder = excluded.holder, fence = leases.fence + 1,
    until_ms = excluded.until_ms
    where leases.holder = excluded.holder or leases.until_ms < $3 or leases.until_ms > $5
