select count(*), count(case when assignee = '' then 1 end), coalesce(min(deadline_ms), 0), coalesce(max(deadline_ms), 0) from requests where state in ('new', 'open') and deadline_ms between 1 and $1
