insert into leftovers (customer_id, made_ms) values ($1, $2) on conflict (customer_id) do nothing
