create or replace function payment.open_operation_of(payment_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
    return (select o.call from payment.open_operations_of(array[open_operation_of.payment_id]) o);
end
$$;
comment on function payment.open_operation_of(uuid) is 'The call to the gateway that is written down for a payment and has no outcome yet; null when there is none.';
