delete from staff_devices where employee_id = $1
