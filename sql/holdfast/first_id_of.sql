create or replace function holdfast.first_id_of(at timestamptz) returns uuid
language sql immutable parallel safe set search_path = '' as $$
    select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;
comment on function holdfast.first_id_of(timestamptz) is 'A UUIDv7 that comes before all that are made from this moment on, for ranges of ids.';
