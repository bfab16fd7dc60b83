update exports set state = case state when 'making' then 'waiting' else 'ready' end where state in ('making', 'fetching') and made_by = $1
