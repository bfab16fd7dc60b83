select proved_ms from address_proofs where customer_id = $1
