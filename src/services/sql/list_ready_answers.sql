select answer_id, language, title, text, changed_ms from ready_answers order by answer_id, language
