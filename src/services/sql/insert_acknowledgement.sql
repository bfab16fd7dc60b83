insert into acknowledgements (employee_id, policy_version, language, digest, at_ms) values ($1, $2, $3, $4, $5)
