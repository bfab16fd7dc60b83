insert into collections (customer_id, collection_id, channel, policy_version, purposes, at_ms, mark) values ($1, $2, $3, $4, $5, $6, $7)
