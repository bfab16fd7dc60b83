delete from letter_stops where made_ms < $1
