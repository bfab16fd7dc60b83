update requests set merged_into = $3 where customer_id = $1 and merged_into = $2
