select drp_agents.agent_id, name, public_key, callback, added_ms from drp_tokens join drp_agents on drp_agents.agent_id = drp_tokens.agent_id where token_hash = $1
