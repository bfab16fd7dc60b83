select count(*) from survey_answers where customer_id = $1
