select a.answer_id, a.customer_id from survey_answers a
left join permissions p on p.customer_id = a.customer_id and p.purpose = $2
where a.survey_id = $1 and a.state = 'answered' and a.kept_until_ms > $3
    and (p.granted in (1, 4) or ($4 = 0 and p.granted is null))
