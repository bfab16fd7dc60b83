-- What a mail's subject makes it look like, under the policy: a kind of request, or nothing.
alter table requests add column perhaps text not null default '';
