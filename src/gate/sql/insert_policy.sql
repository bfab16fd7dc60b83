insert into policies (version, position, published_ms, entry_id, salt, details, files) values ($1, (select coalesce(max(position), 0) + 1 from policies), $2, $3, $4, $5, $6)
