select a.changed_ms, coalesce(h.remind_days, 0), h.weak_since_ms from accounts a left join password_help h on h.customer_id = a.customer_id where a.customer_id = $1
