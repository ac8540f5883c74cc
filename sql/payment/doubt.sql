create or replace function payment.doubt(payment_id uuid) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
begin
    update payment.payment p
    set status = 'UNKNOWN', version = p.version + 1, updated_at = clock_timestamp()
    where p.id = doubt.payment_id and p.status <> 'UNKNOWN';
    return found;
end
$$;
comment on function payment.doubt(uuid) is 'Notes that nobody knows whether the open operation was done; false when that was known already.';
