insert into surveys (survey_id, name, mode, purposes, state, version, created_ms, opened_ms, closed_ms)
values ($1, $2, $3, $4, 'draft', 1, $5, 0, 0)
