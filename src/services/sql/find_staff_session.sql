select e.employee_id, e.roles, e.language, s.created_ms, s.seen_ms from staff_sessions s join employees e on e.employee_id = s.employee_id where s.token_hash = $1 and e.state = 'active'
