delete from drp_tokens where agent_id = $1
