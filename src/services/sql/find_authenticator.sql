select secret, confirmed_ms, last_step from authenticators where customer_id = $1
