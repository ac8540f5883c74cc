create or replace function notification.wants(event_types text[], type text) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
    return event_types && array[wants.type, split_part(wants.type, '.', 1) || '.*', '*'];
end
$$;
comment on function notification.wants(text[], text) is 'Whether a type is among those that an endpoint names: as it is, by its first part (`booking.*`), or as one of all (`*`).';
