select state, count(*), sum(case when claimed_by <> '' then 1 else 0 end), min(written_ms) from letters group by state order by state
