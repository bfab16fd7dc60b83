insert into former_passwords (customer_id, made_ms, password) values ($1, $2, $3) on conflict (customer_id, made_ms) do nothing
