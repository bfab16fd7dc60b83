select leaf_index from ledger_index where entry_id = $1
