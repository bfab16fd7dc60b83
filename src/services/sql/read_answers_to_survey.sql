select a.answer_id, a.customer_id, a.collection_id, a.version, a.at_ms from survey_answers a
left join permissions p on p.customer_id = a.customer_id and p.purpose = $2
where a.survey_id = $1 and a.state = 'answered' and a.kept_until_ms > $3
    and (p.granted in (1, 4) or ($4 = 0 and p.granted is null)) and a.answer_id < $5
order by a.answer_id desc limit $6
