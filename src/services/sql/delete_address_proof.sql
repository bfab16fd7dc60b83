delete from address_proofs where customer_id = $1
