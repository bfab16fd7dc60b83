select distinct toUInt32(partition) from system.parts
 where active and database = currentDatabase() and table = '{table}'
format TabSeparated
