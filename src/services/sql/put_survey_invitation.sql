insert into survey_invitations (customer_id, survey_id, invited_ms) values ($1, $2, $3)
on conflict (customer_id, survey_id) do update set invited_ms = excluded.invited_ms
where survey_invitations.invited_ms <= $4
