insert into data (customer_id, datum_id, collection_id, field, sealed) values ($1, $2, $3, $4, $5)
