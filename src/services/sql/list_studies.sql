select study_id, site, kind, name, terms, report, days, noise, created_ms from studies where site = $1 order by name, study_id
