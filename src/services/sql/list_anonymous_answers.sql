select answer_key from anonymous_answers where survey_id = $1
