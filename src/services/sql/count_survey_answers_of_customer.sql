select (select count(*) from survey_answers where customer_id = $1)
    + (select count(*) from survey_invitations where customer_id = $1)
