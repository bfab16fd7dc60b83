update retention_runs set ended_ms = $2 where run_id = $1 and ended_ms is null
