-- Answers that the house keeps ready, each in some languages. No personal data: what is a customer's
-- is put into its places when one is used.
-- distribution: reference
create table ready_answers (
    answer_id  blob not null,
    language   text not null,
    title      text not null,
    text       text not null,
    changed_ms integer not null,
    unique (answer_id, language)
) strict;
