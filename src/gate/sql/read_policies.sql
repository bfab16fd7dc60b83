select version, published_ms, entry_id, salt, details, files from policies order by position
