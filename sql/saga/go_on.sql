create or replace function saga.go_on(saga_id uuid, operation_kind text, amount_minor bigint) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    perform payment.open_operation(s.payment_id, operation_kind, amount_minor) from saga.saga s where s.id = saga_id;
    perform saga.stand_at(saga_id, operation_kind);
end
$$;
comment on function saga.go_on(uuid, text, bigint) is 'Writes down the next operation of a saga.';
