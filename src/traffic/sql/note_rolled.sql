insert into rolled select cast($3 as uinteger)
