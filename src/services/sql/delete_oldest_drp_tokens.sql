delete from drp_tokens where agent_id = $1 and token_hash not in (select token_hash from drp_tokens where agent_id = $1 order by made_ms desc, token_hash limit $2)
