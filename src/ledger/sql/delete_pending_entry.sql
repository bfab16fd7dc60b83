delete from ledger_pending where entry_id = $1
