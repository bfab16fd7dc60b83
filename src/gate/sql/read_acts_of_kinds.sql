select entry_id, kind, at_ms, sealed from acts
where customer_id = $1 and entry_id < $2 and at_ms >= $3 and $4 like '% ' || kind || ' %'
union all
select entry_id, kind, at_ms, sealed from unfiled_acts
where customer_id = $1 and entry_id < $2 and at_ms >= $3 and $4 like '% ' || kind || ' %'
order by entry_id desc limit $5
