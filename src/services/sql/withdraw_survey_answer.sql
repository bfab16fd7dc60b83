update survey_answers set state = 'withdrawn', sealed = $3
where customer_id = $1 and survey_id = $2 and state = 'answered'
