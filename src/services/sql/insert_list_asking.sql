insert into list_askings (address_key, secret_hash, wish, asked_ms, ends_ms, confirmed, sealed)
values ($1, $2, $3, $4, $5, 0, $6)
