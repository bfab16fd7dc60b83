delete from mails_taken where taken_ms < $1
