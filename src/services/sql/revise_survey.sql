update surveys set version = $3, name = $4 where survey_id = $1 and version = $2 and state <> 'closed'
