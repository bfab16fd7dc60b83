delete from sessions where customer_id = $1 and token_hash <> $2
