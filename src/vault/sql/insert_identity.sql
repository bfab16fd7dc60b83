insert into vault_identity (name, value) values ($1, $2)
