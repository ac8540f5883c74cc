create or replace function saga.is_uuid(value text) returns boolean
language plpgsql immutable parallel safe set search_path = '' as $$
begin
    return value ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';
end
$$;
comment on function saga.is_uuid(text) is 'Whether a text out of a message can be read as an id.';
