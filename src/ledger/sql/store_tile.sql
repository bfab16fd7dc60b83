insert into ledger_tiles (number, level, width, content) values ($1, $2, $3, $4)
on conflict (number, level) do update set width = excluded.width, content = excluded.content
