select version, author, made_ms from survey_versions where survey_id = $1 order by version
