create or replace function payment.abandon(payment_id uuid) returns void
language sql volatile security definer set search_path = '' as $$
    update payment.payment p
    set status = 'FAILED', version = p.version + 1, updated_at = clock_timestamp()
    where p.id = abandon.payment_id and p.status = 'REQUIRES_METHOD'
$$;
comment on function payment.abandon(uuid) is 'Closes a payment that never moved any money and never will.';
