delete from unfiled_acts
