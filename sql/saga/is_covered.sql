create or replace function saga.is_covered(target saga.saga) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
    return payment.refundable(target.booking_id) >= 0;
end
$$;
comment on function saga.is_covered(saga.saga) is 'Whether what is owed by now is there without the payment of this saga.';
