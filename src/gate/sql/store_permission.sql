insert into permissions (customer_id, purpose, granted, since_ms, entry_id, mark)
values ($1, $2, $3, $4, $5, $6)
on conflict (customer_id, purpose) do update set granted = excluded.granted,
    since_ms = excluded.since_ms, entry_id = excluded.entry_id, mark = excluded.mark
