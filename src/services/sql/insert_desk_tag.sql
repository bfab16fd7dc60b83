insert into desk_tags (tag, made_ms) values ($1, $2) on conflict (tag) do nothing
