select survey_id, name, mode, purposes, state, version, created_ms, opened_ms, closed_ms, after_requests
from surveys where survey_id < $1 order by survey_id desc limit $2
