select count(*) from list_askings where address_key = $1 and asked_ms > $2
