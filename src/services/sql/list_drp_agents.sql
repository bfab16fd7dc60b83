select agent_id, name, public_key, callback, added_ms from drp_agents order by agent_id
