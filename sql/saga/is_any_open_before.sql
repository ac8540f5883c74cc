create or replace function saga.is_any_open_before(at timestamptz) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
    return (select exists (
        select from saga.saga s where s.ended_at is null and s.id < holdfast.first_id_of(at)));
end
$$;
comment on function saga.is_any_open_before(timestamptz) is 'Whether a saga that began before this moment still runs.';
