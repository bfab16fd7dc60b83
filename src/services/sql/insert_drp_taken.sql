insert into drp_taken (digest, until_ms) values ($1, $2)
