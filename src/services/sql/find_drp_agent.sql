select agent_id, name, public_key, callback, added_ms from drp_agents where agent_id = $1
