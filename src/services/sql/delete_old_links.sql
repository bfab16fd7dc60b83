delete from account_links where ends_ms < $1
