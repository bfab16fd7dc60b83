select wish, confirmed, sealed from list_askings where address_key = $1 and secret_hash = $2 and ends_ms > $3
