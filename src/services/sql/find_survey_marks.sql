select sealed from survey_answers where customer_id = $1 and survey_id = $2 and answer_id = $3
