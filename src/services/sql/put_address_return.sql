insert into address_returns (customer_id, returned_ms) values ($1, $2) on conflict (customer_id) do update set returned_ms = excluded.returned_ms
