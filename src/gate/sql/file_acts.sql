insert into acts (customer_id, entry_id, kind, at_ms, sealed) select customer_id, entry_id, kind, at_ms, sealed from unfiled_acts order by customer_id, entry_id
