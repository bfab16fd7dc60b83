insert into sign_ups (address_hash, customer_id, made_ms) values ($1, $2, $3) on conflict (address_hash) do update set customer_id = excluded.customer_id, made_ms = excluded.made_ms
