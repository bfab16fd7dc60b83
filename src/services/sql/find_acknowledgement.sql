select language, digest, at_ms from acknowledgements where employee_id = $1 and policy_version = $2
