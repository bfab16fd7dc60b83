insert into holds (customer_id, hold_id, collection_id, kind, since_ms, sealed) values ($1, $2, $3, $4, $5, $6)
