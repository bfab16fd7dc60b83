insert into survey_answers (customer_id, survey_id, answer_id, collection_id, state, version,
    policy_version, at_ms, kept_until_ms, sealed)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict (customer_id, survey_id) do update set answer_id = excluded.answer_id,
    collection_id = excluded.collection_id, state = excluded.state, version = excluded.version,
    policy_version = excluded.policy_version, at_ms = excluded.at_ms,
    kept_until_ms = excluded.kept_until_ms, sealed = excluded.sealed
where survey_answers.state <> 'answered'
