select cast(kind as bigint), cast(id as bigint), word from words
