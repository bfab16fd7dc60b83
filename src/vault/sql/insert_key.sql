insert into customer_keys (customer_id, epoch, wrapped) values ($1, $2, $3)
