select entry_id, kind, at_ms, sealed from acts where customer_id = $1
union all
select entry_id, kind, at_ms, sealed from unfiled_acts where customer_id = $1
order by entry_id
