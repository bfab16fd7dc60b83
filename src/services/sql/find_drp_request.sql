select drp_id, agent_id, named, sealed, customer_id, right_id, follows, exercise, regime, callback, received_ms, ended, until_ms, open_ms, told, next_ms, tries from drp_requests where drp_id = $1
