update ledger_state set beat = beat + 1 where id = 1 and fence = $1
