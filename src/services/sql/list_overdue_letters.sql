select employee, of_desk, of_policy, told_until_ms, told_ms from overdue_letters order by employee
