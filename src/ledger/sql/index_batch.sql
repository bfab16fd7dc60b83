insert into ledger_index (entry_id, leaf_index)
select substr($1, 16 * place + 1, 16), $2 + place from generate_series(0, $3::int - 1) place
