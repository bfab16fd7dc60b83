select datum_id, collection_id, field, sealed from data where customer_id = $1 order by datum_id
