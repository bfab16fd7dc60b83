select 1 from ledger_pending where entry_id <= $1 limit 1
