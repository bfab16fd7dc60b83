select concat_ws('|', t.day, coalesce((select any_value(w.word) from words w where w.kind = 0 and w.id = t.site), ''), coalesce((select any_value(w.word) from words w where w.kind = 1 and w.id = t.page), ''), t.bucket, sum(t.n)) as line
  from engagement t group by t.day, t.site, t.page, t.bucket having sum(t.n) <> 0 order by 1
