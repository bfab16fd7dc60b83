delete from studies where study_id = $1
