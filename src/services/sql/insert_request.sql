insert into requests (customer_id, request_id, channel, state, assignee, review, linked_to, deadline_ms, created_ms, updated_ms, revision) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, 1)
