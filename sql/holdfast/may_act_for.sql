create or replace function holdfast.may_act_for(actor jsonb, organiser_id uuid) returns boolean
language plpgsql immutable parallel safe set search_path = '' as $$
begin
    return (select case
        when actor ->> 'role' = 'OPERATOR' then true
        -- Never null: whoever names no organiser acts for none.
        when actor ->> 'role' in ('ORGANISER', 'SERVICE') then
            coalesce((actor ->> 'organiser_id')::uuid = organiser_id, false)
        else false
    end);
end
$$;
comment on function holdfast.may_act_for(jsonb, uuid) is 'Whether an actor may change what this organiser sells: the organiser itself, its machines, and operators.';
grant execute on function holdfast.may_act_for(jsonb, uuid) to holdfast_reader;
