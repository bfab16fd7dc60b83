delete from ready_answers where answer_id = $1
