create or replace function payment.capture_due(payment_id uuid, until timestamptz) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
    return (
        select coalesce(p.authorization_expires_at <= until, false) from payment.payment p
        where p.id = capture_due.payment_id);
end
$$;
comment on function payment.capture_due(uuid, timestamptz) is 'Whether the authorization of a payment ends by then.';
