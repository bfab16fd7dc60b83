update overdue_letters set told_until_ms = $3, told_ms = $4 where employee = $1 and told_until_ms = $2 and requests = $5 and rights = $6
