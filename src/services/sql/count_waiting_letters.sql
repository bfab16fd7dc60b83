select count(*), min(written_ms) from letters where state = 'waiting'
