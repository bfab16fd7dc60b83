delete from mail_threads where customer_id = $1
