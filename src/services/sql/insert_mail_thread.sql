insert into mail_threads (mail_hash, customer_id, request_id, message_id) values ($1, $2, $3, $4) on conflict (mail_hash) do nothing
