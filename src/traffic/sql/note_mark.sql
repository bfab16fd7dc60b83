insert into delivered select coalesce(max(turn), 0) + 1, '{mark}' from delivered;
delete from delivered where turn + {kept} <= (select max(turn) from delivered)
