select table, name from system.columns where database = currentDatabase() order by table, name
