delete from ledger_pending where position <= $1
