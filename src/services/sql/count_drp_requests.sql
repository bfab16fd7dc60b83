select count(*) from drp_requests where agent_id = $1 and received_ms > $2
