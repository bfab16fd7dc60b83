select sealed from anonymous_answers where survey_id = $1 and answer_key = $2
