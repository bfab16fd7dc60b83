update surveys set state = $3, opened_ms = $4, closed_ms = $5 where survey_id = $1 and state = $2
