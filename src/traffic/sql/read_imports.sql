select file, cast(max(bytes) as bigint), cast(max(lines) as bigint), cast(max(rejected) as bigint)
  from imports group by file
