delete from ledger_pending where entry_id in
(select substr($1, 16 * place + 1, 16) from generate_series(0, $2::int - 1) place)
