insert into ready_answers (answer_id, language, title, text, changed_ms) values ($1, $2, $3, $4, $5)
