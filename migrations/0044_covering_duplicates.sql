-- Leads that share a number are found in its index alone: whose they are, and whether they are open, stands in it.
drop index leads_phone;

create index leads_phone on leads (phone) include (id, status, owner_id, created_by, created_at)
  where deleted_at is null and phone is not null;

drop index leads_wechat_key;

create index leads_wechat_key on leads (wechat_key) include (id, phone, status, owner_id, created_by, created_at)
  where deleted_at is null and wechat_key is not null;
