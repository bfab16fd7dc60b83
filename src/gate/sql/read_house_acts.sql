select entry_id, kind, at_ms, salt, details from house_acts order by entry_id
