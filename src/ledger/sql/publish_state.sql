update ledger_state set beat = beat + 1, size = $3, note = $4 where id = 1 and fence = $1 and size = $2
