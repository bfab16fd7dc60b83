insert into exports (customer_id, export_id, language, state, created_ms, changed_ms, done, total, size, made_by, of_right, gone_ms) values ($1, $2, $3, 'waiting', $4, $4, 0, $5, 0, '', $6, $7)
