-- The survey that is asked after a request: one at most. When a customer was last invited to a survey by a
-- letter. No personal data: ids and a time.
alter table surveys add column after_requests integer not null default 0;
create unique index surveys_after_requests on surveys (after_requests) where after_requests = 1;
-- distribution: customer_id
create table survey_invitations (
    customer_id blob not null,
    survey_id   blob not null,
    invited_ms  integer not null,
    unique (customer_id, survey_id)
) strict;
