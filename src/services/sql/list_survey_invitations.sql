select survey_id, invited_ms from survey_invitations where customer_id = $1 order by survey_id
