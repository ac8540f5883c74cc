create or replace function holdfast.guard_operator(command jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
    return case when command #>> '{actor,role}' is distinct from 'OPERATOR' then
        holdfast.refuse('NOT_ALLOWED', 'Only operators may do this.') end;
end
$$;
comment on function holdfast.guard_operator(jsonb) is 'Refuses whoever is no operator; null for those who are.';
