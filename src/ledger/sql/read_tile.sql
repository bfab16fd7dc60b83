select width, content from ledger_tiles where number = $1 and level = $2
