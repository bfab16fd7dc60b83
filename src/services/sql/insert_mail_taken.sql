insert into mails_taken (mail_hash, taken_ms) values ($1, $2)
