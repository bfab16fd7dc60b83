select right_id from rights where customer_id = $1 and kind = $2 and state not in ('done', 'refused', 'withdrawn', 'expired') limit 1
