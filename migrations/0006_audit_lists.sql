-- Each index serves one filter of the list of operations, in its order: newest first.
drop index audit_entries_entity;

drop index audit_entries_actor;

create index audit_entries_at on audit_entries (at desc, id desc) include (action);

create index audit_entries_actor on audit_entries (actor_id, at desc, id desc) include (action);

create index audit_entries_entity on audit_entries (entity, at desc, id desc) include (action);

create index audit_entries_action on audit_entries (action, at desc, id desc);

create index audit_entries_record on audit_entries (entity_id, at desc, id desc);

-- What was done stays on record, also for whoever has the database's password of the app.
create function refuse_audit_change() returns trigger language plpgsql as $$
  begin
    raise exception 'audit_entries is append-only: % refused', tg_op;
  end $$;

create trigger audit_entries_append_only before update or delete or truncate on audit_entries
  for each statement execute function refuse_audit_change();
