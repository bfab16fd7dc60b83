update ledger_state set beat = beat + 1, holder = null where id = 1 and fence = $1
