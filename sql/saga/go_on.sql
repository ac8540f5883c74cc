create or replace function saga.go_on(saga_id uuid, booking_id uuid, operation_kind text, amount_minor bigint)
returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    perform payment.open_operation_for(booking_id, operation_kind, amount_minor);
    update saga.saga s
    set step = lower(operation_kind),
        state = case when operation_kind in ('VOID', 'REFUND') and s.kind = 'booking' then 'COMPENSATING'
                     else s.state end
    where s.id = go_on.saga_id;
end
$$;
comment on function saga.go_on(uuid, uuid, text, bigint) is 'Writes down the next operation of a saga.';
