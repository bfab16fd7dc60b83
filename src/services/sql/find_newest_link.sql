select max(made_ms) from account_links where customer_id = $1 and kind = $2
