select answer_key, sealed from anonymous_answers where survey_id = $1 and answer_key > $2
order by answer_key limit $3
