insert into survey_tickets (ticket_hash) values ($1)
