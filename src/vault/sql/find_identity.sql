select value from vault_identity where name = $1
