create or replace function saga.guard_known(saga_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
    return case when not exists (select from saga.saga s where s.id = guard_known.saga_id) then
        holdfast.refuse('NOT_FOUND', 'There is no such saga.', array['sagaId']) end;
end
$$;
comment on function saga.guard_known(uuid) is 'Refuses a saga that there is not; null for one that there is.';
