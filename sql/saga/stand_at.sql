create or replace function saga.stand_at(saga_id uuid, operation_kind text) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    update saga.saga s
    set step = lower(operation_kind), in_doubt = false, was_in_doubt = false, failures = 0, unknowns = 0,
        state = case when operation_kind in ('VOID', 'REFUND') and s.kind <> 'refund' then 'COMPENSATING'
                     else s.state end
    where s.id = stand_at.saga_id;
end
$$;
comment on function saga.stand_at(uuid, text) is 'Moves a saga to the step whose operation was just written down; nothing of it is in doubt.';
