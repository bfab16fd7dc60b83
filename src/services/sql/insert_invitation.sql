insert into invitations (token_hash, employee_id, ends_ms) values ($1, $2, $3)
