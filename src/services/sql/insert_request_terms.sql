insert into request_terms (customer_id, message_id, collection_id, sealed)
select $1, $2, $3, $4 where exists (
    select 1 from data where data.customer_id = $1 and data.collection_id = $3 and data.field = $5)
on conflict (customer_id, message_id) do nothing
