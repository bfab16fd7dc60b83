select cast(kind as bigint), cast(id as bigint), min(word)
  from words group by kind, id
