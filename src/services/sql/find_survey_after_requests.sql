select survey_id, name, mode, purposes, state, version, created_ms, opened_ms, closed_ms, after_requests
from surveys where after_requests = 1
