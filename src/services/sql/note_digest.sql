update digests set told_day = $4 where employee = $1 and site = $2 and told_day = $3
