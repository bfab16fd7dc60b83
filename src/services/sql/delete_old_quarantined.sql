delete from quarantine where at_ms < $1
