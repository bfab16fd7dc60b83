delete from devices where customer_id = $1 and seen_ms < (
    select min(seen_ms) from (select seen_ms from devices where customer_id = $1 order by seen_ms desc limit $2) newest)
