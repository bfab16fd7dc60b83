select employee, requests, rights, told_until_ms, told_ms from overdue_letters order by employee
