insert into survey_versions (survey_id, version, definition, author, made_ms) values ($1, $2, $3, $4, $5)
