select r.returned_ms from address_returns r left join address_proofs p on p.customer_id = r.customer_id where r.customer_id = $1 and (p.proved_ms is null or p.proved_ms <= r.returned_ms)
