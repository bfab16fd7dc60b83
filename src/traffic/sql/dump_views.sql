select concat_ws('|', t.kind, t.hour, coalesce((select any_value(w.word) from words w where w.kind = 0 and w.id = t.site), ''), coalesce((select any_value(w.word) from words w where w.kind = 1 and w.id = t.page), ''), coalesce((select any_value(w.word) from words w where w.kind = 2 and w.id = t.name), ''), coalesce((select any_value(w.word) from words w where w.kind = 3 and w.id = t.source), ''), coalesce((select any_value(w.word) from words w where w.kind = 4 and w.id = t.campaign), ''),
       coalesce((select any_value(w.word) from words w where w.kind = 5 and w.id = t.browser), ''), coalesce((select any_value(w.word) from words w where w.kind = 6 and w.id = t.system), ''), t.country, t.channel, t.device, t.origin, t.bot, t.known, t.today,
       t.week, t.month, t.year, t.gap, t.depth, t.entry, t.reload, sum(t.n)) as line
  from views t
 group by t.kind, t.hour, t.site, t.page, t.name, t.source, t.campaign, t.browser, t.system, t.country,
          t.channel, t.device, t.origin, t.bot, t.known, t.today, t.week, t.month, t.year, t.gap,
          t.depth, t.entry, t.reload
 order by 1
