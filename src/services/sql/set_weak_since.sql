insert into password_help (customer_id, remind_days, weak_since_ms) values ($1, 0, $2) on conflict (customer_id) do update set weak_since_ms = excluded.weak_since_ms
