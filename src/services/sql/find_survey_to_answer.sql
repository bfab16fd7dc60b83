select state, version from surveys where survey_id = $1 for share
