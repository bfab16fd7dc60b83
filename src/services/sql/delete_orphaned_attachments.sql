delete from request_attachments
where customer_id = $1 and not exists (
    select 1 from data where data.customer_id = $1
        and data.collection_id = request_attachments.collection_id and data.field = $2)
