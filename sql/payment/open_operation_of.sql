create or replace function payment.open_operation_of(payment_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
    return payment.open_operations_of(array[payment_id]) -> payment_id::text;
end
$$;
comment on function payment.open_operation_of(uuid) is 'The call to the gateway that is written down for a payment and has no outcome yet; null when there is none.';
