select customer_id, survey_id from survey_codes where code_hash = $1
