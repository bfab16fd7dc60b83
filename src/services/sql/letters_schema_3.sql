-- The purpose of the policy that a letter names because it rests on a permission; empty for those that the
-- contract needs.
alter table letters add column purpose text not null default '';
