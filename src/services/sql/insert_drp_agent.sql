insert into drp_agents (agent_id, name, public_key, callback, added_ms) values ($1, $2, $3, $4, $5)
