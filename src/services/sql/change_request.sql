update requests set state = $4, assignee = $5, review = $6, deadline_ms = $7, updated_ms = $8, revision = revision + 1 where customer_id = $1 and request_id = $2 and revision = $3
