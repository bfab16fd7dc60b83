delete from survey_answers where customer_id = $1 and survey_id = $2 and state = 'draft'
