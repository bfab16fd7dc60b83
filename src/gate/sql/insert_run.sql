insert into retention_runs (run_id, began_ms, ended_ms, reached, looked_at, taken, held_back) values ($1, $2, null, $3, 0, 0, 0)
