create or replace function holdfast.may_act_for(actor jsonb, organiser_id uuid) returns boolean
language plpgsql immutable parallel safe set search_path = '' as $$
begin
    return (select case actor ->> 'role'
        when 'OPERATOR' then true
        when 'ORGANISER' then (actor ->> 'organiser_id')::uuid = organiser_id
        else false
    end);
end
$$;
comment on function holdfast.may_act_for(jsonb, uuid) is 'Whether an actor may change what this organiser sells.';
