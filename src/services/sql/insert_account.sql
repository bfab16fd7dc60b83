insert into accounts (customer_id, password, created_ms, changed_ms, language, policy_seen) values ($1, $2, $3, $3, $4, $5)
