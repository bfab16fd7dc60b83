select entry_id, entry from ledger_pending order by entry_id limit $1
