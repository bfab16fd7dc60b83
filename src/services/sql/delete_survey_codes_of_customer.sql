delete from survey_codes where customer_id = $1
