delete from survey_answers
where customer_id = $1 and state in ('answered', 'withdrawn') and not exists (
    select 1 from data where data.customer_id = $1
        and data.collection_id = survey_answers.collection_id and data.field = $2)
