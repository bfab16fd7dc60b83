select position, entry_id, entry from ledger_pending order by position limit $1
