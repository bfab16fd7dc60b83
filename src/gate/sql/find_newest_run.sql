select run_id, began_ms, ended_ms, reached, looked_at, taken, held_back from retention_runs order by began_ms desc, run_id desc limit 1
