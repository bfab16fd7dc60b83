select hold_id, collection_id, kind, since_ms, sealed from holds where customer_id = $1 order by hold_id
