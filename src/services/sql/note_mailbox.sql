update mailboxes set until_ms = $3, validity = $4, done_uid = $5, begun_uid = $6, tries = $7, set_aside = $8 where mailbox = $1 and holder = $2
