insert into address_changes (customer_id, address, made_ms) values ($1, $2, $3) on conflict (customer_id) do update set address = excluded.address, made_ms = excluded.made_ms
