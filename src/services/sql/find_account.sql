select password, created_ms, language, policy_seen from accounts where customer_id = $1
