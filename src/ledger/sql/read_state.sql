select fence, beat, coalesce(holder, ''), size, note from ledger_state where id = 1
