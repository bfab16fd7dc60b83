select cast(day as bigint) from rolled
