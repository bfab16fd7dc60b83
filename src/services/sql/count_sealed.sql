select count(*), coalesce(sum(case when substr(sealed, 1, 2) = $1 then 1 else 0 end), 0) from data
where customer_id in (select customer_id from customers order by customer_id desc limit 500)
