delete from staff_devices where seen_ms < $1
