insert into daily
select site, day, {part}, from_page, cast(sum(n) as integer), 0, 0, 0, 0, 0, 0
  from edges
 where day = $3
 group by site, day, from_page order by site, from_page
