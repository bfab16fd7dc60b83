select follows from drp_requests where right_id = $1 and agent_id = $2 order by follows desc limit 1
