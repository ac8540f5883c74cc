create or replace function payment.book_lapse(payment_id uuid) returns table (event_type text, data jsonb)
language plpgsql volatile security definer set search_path = '' as $$
begin
    return query
    update payment.payment p
    set status = 'VOIDED', failure = 'authorization_lapsed', version = p.version + 1, updated_at = clock_timestamp(),
        authorization_expires_at = least(p.authorization_expires_at, clock_timestamp())
    where p.id = book_lapse.payment_id
    returning 'payment.voided', jsonb_build_object(
        'amountMinor', p.amount_minor, 'currency', p.currency, 'detail', 'authorization_lapsed')
        || payment.event_data(p);
end
$$;
comment on function payment.book_lapse(uuid) is 'Moves a payment whose authorization has lapsed: it is as good as voided. Gives the event to record.';
