select definition, author, made_ms from survey_versions where survey_id = $1 and version = $2
