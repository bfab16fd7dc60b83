select collection_id, channel, policy_version, purposes, at_ms, mark from collections where customer_id = $1 order by collection_id
