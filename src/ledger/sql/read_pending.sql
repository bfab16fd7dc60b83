select rowid, entry_id, entry from ledger_pending order by rowid limit $1
