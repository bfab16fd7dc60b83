select employee_id, ends_ms from invitations where token_hash = $1
