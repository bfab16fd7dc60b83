select customer_id, letter_id, kind, own_address, written_ms from letters where message_id = $1 and state in ('waiting', 'sent')
