select customer_id, request_id, channel, state, assignee, review, linked_to, deadline_ms, created_ms, updated_ms, revision from requests where customer_id = $1 and request_id = $2
