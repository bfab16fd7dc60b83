update list_askings set confirmed = 1, sealed = $3 where address_key = $1 and secret_hash = $2 and confirmed = 0
