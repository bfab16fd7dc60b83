delete from rolled where day = $3
