select cast(kind as bigint), cast(hour as bigint), cast(site as bigint), cast(page as bigint), cast(name as bigint),
       cast(source as bigint), cast(campaign as bigint), cast(browser as bigint), cast(system as bigint), cast(country as bigint),
       cast(channel as bigint), cast(device as bigint), cast(origin as bigint), cast(bot as bigint), cast(known as bigint),
       cast(today as bigint), cast(week as bigint), cast(month as bigint), cast(year as bigint), cast(gap as bigint),
       cast(depth as bigint), cast(entry as bigint), cast(reload as bigint),
       cast(sum(n) as bigint)
  from views
 where site > 0
 group by kind, hour, site, page, name, source, campaign, browser, system, country, channel, device, origin, bot, known, today, week, month, year, gap, depth, entry, reload
