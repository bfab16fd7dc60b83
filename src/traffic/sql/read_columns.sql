select cast(table_name as varchar), cast(column_name as varchar) from information_schema.columns
 where table_schema = 'main' order by 1, 2
