select customer_id, letter_id, purpose from letter_stops where secret_hash = $1
