delete from former_passwords where customer_id = $1 and made_ms < (select min(made_ms) from (select made_ms from former_passwords where customer_id = $1 order by made_ms desc limit $2) as kept)
