delete from account_links where token_hash = $1
