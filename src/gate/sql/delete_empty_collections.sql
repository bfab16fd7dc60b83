delete from collections where customer_id = $1 and not exists (select 1 from data where data.customer_id = collections.customer_id and data.collection_id = collections.collection_id)
