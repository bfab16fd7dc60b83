delete from request_attachment_parts
where customer_id = $1 and not exists (
    select 1 from request_attachments a where a.customer_id = $1
        and a.message_id = request_attachment_parts.message_id
        and a.number = request_attachment_parts.number)
