select password from former_passwords where customer_id = $1 order by made_ms desc limit $2
