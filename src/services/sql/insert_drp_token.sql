insert into drp_tokens (token_hash, agent_id, made_ms) values ($1, $2, $3)
