insert into password_help (customer_id, remind_days) values ($1, $2) on conflict (customer_id) do update set remind_days = excluded.remind_days
