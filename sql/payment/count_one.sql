create or replace function payment.count_one(counts jsonb, name text) returns jsonb
language sql immutable parallel safe set search_path = '' as $$
    select counts || jsonb_build_object(name, coalesce((counts ->> name)::integer, 0) + 1)
$$;
comment on function payment.count_one(jsonb, text) is 'One more of this name.';
