insert into studies (study_id, site, kind, name, terms, report, days, noise, created_ms, secret_hash, noise_key) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
