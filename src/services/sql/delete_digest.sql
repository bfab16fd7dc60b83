delete from digests where employee = $1 and site = $2
