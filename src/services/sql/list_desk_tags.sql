select tag from desk_tags order by tag
