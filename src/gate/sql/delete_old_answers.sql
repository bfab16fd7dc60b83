delete from answers where at_ms <= $1
