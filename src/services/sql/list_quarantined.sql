select item_id, at_ms, reason, bytes from quarantine order by at_ms desc limit $1
