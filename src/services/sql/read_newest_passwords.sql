select password from accounts order by customer_id desc limit 1000
