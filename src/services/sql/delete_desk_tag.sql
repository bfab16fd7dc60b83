delete from desk_tags where tag = $1
