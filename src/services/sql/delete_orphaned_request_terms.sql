delete from request_terms
where customer_id = $1 and not exists (
    select 1 from data where data.customer_id = $1
        and data.collection_id = request_terms.collection_id and data.field = $2)
