select cast(turn as bigint) from delivered where mark = '{mark}'
