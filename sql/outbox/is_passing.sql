create or replace function outbox.is_passing(state text) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
    -- The connection, a conflict, resources, locks, an operator, the system.
    return left(state, 2) in ('08', '40', '53', '55', '57', '58');
end
$$;
comment on function outbox.is_passing(text) is 'Whether an error of this SQLSTATE says something of the moment and nothing of the data: tried again it may go.';
