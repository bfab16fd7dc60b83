-- One made for a request under the policy stands beside the customer's own, and ends on a day of its own.
alter table exports add column of_right integer not null default 0;
alter table exports add column gone_ms integer not null default 0;
