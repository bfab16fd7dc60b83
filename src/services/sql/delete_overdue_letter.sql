delete from overdue_letters where employee = $1
