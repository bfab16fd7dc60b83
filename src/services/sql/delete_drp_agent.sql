delete from drp_agents where agent_id = $1
