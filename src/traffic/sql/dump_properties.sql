select concat_ws('|', t.day, coalesce((select any_value(w.word) from words w where w.kind = 0 and w.id = t.site), ''), coalesce((select any_value(w.word) from words w where w.kind = 2 and w.id = t.name), ''), coalesce((select any_value(w.word) from words w where w.kind = 7 and w.id = t.property), ''), sum(t.n)) as line
  from properties t group by t.day, t.site, t.name, t.property order by 1
