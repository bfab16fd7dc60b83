insert into rolled select cast($3 as uinteger) where $1 = $1 and $2 = $2
