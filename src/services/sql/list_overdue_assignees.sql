select distinct assignee from requests where state in ('new', 'open') and deadline_ms between 1 and $1 and assignee <> ''
