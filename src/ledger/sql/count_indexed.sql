select coalesce(max(leaf_index), -1) + 1 from ledger_index
