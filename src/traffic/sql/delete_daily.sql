delete from daily where day = $3
