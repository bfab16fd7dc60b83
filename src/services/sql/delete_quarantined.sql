delete from quarantine where item_id = $1
