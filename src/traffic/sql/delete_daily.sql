delete from daily where day = $3 and $1 = $1 and $2 = $2
