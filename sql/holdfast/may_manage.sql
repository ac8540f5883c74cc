create or replace function holdfast.may_manage(actor jsonb, organiser_id uuid) returns boolean
language plpgsql immutable parallel safe set search_path = '' as $$
begin
    return holdfast.may_act_for(actor, organiser_id) and actor ->> 'role' <> 'SERVICE';
end
$$;
comment on function holdfast.may_manage(jsonb, uuid) is 'Whether an actor may decide where an organiser''s data goes: the organiser itself and operators, but none of its machines.';
grant execute on function holdfast.may_manage(jsonb, uuid) to holdfast_reader;
