update ledger_state set fence = fence + 1, beat = beat + 1, holder = $3 where id = 1 and fence = $1 and beat = $2
