select study_id, site, kind, name, terms, report, days, noise, created_ms, noise_key from studies where secret_hash = $1 and kind = 'link'
