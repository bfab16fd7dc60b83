update surveys set after_requests = $2 where survey_id = $1
