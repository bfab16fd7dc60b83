insert into anonymous_answers (survey_id, answer_key, sealed) values ($1, $2, $3)
