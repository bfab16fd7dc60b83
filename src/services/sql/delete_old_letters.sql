delete from letters where written_ms < $1 and state <> 'waiting'
