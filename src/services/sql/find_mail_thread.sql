select customer_id, request_id from mail_threads where mail_hash = $1
