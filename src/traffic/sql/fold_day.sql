create temporary table folded_views as
select site, hour, page, name, source, campaign, browser, system, cast(sum(n) as uinteger) as n,
       country, kind, channel, device, origin, bot, known, today, week, month, year, gap, depth,
       entry, reload
  from views where hour >= $1 and hour < $2 group by all order by all;
delete from views where hour >= $1 and hour < $2;
insert into views select * from folded_views;
drop table folded_views;
create temporary table folded_edges as
select site, day, from_page, to_page, cast(sum(n) as uinteger) as n
  from edges where day = $3 group by all order by all;
delete from edges where day = $3;
insert into edges select * from folded_edges;
drop table folded_edges;
create temporary table folded_engagement as
select site, day, page, bucket, cast(sum(n) as integer) as n
  from engagement where day = $3 group by all having sum(n) <> 0 order by all;
delete from engagement where day = $3;
insert into engagement select * from folded_engagement;
drop table folded_engagement;
create temporary table folded_properties as
select site, day, name, property, cast(sum(n) as uinteger) as n
  from properties where day = $3 group by all order by all;
delete from properties where day = $3;
insert into properties select * from folded_properties;
drop table folded_properties
