delete from ledger_pending where rowid <= $1
