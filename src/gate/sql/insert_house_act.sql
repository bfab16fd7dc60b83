insert into house_acts (entry_id, kind, at_ms, salt, details) values ($1, $2, $3, $4, $5)
