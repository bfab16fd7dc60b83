delete from words
 where (kind = 0 and id not in (select site from views union select site from edges union select site from engagement))
    or (kind = 1 and id not in (select page from views union select from_page from edges
                                 union select to_page from edges union select page from engagement))
    or (kind = 2 and id not in (select name from views union select name from properties))
    or (kind = 3 and id not in (select source from views))
    or (kind = 4 and id not in (select campaign from views))
    or (kind = 5 and id not in (select browser from views))
    or (kind = 6 and id not in (select system from views))
    or (kind = 7 and id not in (select property from properties))
returning cast(kind as bigint), cast(id as bigint)
