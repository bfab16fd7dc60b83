delete from drp_requests where (until_ms > 0 and until_ms < $1) or received_ms < $2
