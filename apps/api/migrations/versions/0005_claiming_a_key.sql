-- Waiting for a twin is bounded by a setting of this function alone: a `set local` or set_config of the caller's would
-- have RDS Proxy pin its connection to one client.
create function claim_key(of_user text, named text, digest bytea) returns boolean
  language plpgsql set lock_timeout = '5s' as $$
begin
  delete from idempotency_keys where user_id = of_user and key = named and expires_at <= now();
  insert into idempotency_keys (user_id, key, request_hash) values (of_user, named, digest) on conflict do nothing;
  return found;
end $$;
