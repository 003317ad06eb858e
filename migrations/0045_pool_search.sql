-- The pool is searched by everybody, and is a small part of all leads.
create index leads_pool_search on leads using gin (search_grams) with (fastupdate = off)
  where deleted_at is null and owner_id is null;
