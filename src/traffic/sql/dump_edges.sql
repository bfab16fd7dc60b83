select concat_ws('|', t.day, coalesce((select any_value(w.word) from words w where w.kind = 0 and w.id = t.site), ''), coalesce((select any_value(w.word) from words w where w.kind = 1 and w.id = t.from_page), ''), coalesce((select any_value(w.word) from words w where w.kind = 1 and w.id = t.to_page), ''), sum(t.n)) as line
  from edges t group by t.day, t.site, t.from_page, t.to_page order by 1
