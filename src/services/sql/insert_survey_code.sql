insert into survey_codes (code_hash, customer_id, survey_id) values ($1, $2, $3)
