update mailboxes set until_ms = 0 where mailbox = $1 and holder = $2
