select taken_ms from mails_taken where mail_hash = $1
