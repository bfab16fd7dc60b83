select count(*), cast(coalesce(sum(bytes), 0) as bigint) from quarantine
