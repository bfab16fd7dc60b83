update overdue_letters set told_until_ms = $3, told_ms = $4 where employee = $1 and told_until_ms = $2 and of_desk = $5 and of_policy = $6
