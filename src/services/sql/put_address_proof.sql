insert into address_proofs (customer_id, proved_ms) values ($1, $2) on conflict (customer_id) do update set proved_ms = excluded.proved_ms
