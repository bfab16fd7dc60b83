select validity, done_uid, begun_uid, tries, set_aside from mailboxes where mailbox = $1
