-- Since when somebody belongs to their department, and a department to the one above; null: always. Whom another rule of
-- the pool counts for by that is warned before it takes anything.
alter table users add column department_since timestamptz(3);

alter table departments add column parent_since timestamptz(3);

-- Old warnings are forgotten, oldest first.
create index recycle_warnings_at on recycle_warnings (at);
