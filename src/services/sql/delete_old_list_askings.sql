delete from list_askings where ends_ms <= $1
