select entry_id from ledger_pending order by entry_id desc limit 1
