delete from survey_invitations where customer_id = $1
