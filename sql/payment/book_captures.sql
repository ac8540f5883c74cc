create or replace function payment.book_captures(operation_ids uuid[])
returns table (booking_id uuid, data jsonb)
language plpgsql volatile security definer set search_path = '' as $$
begin
    return query
    update payment.payment p
    set captured_minor = p.captured_minor + o.amount_minor, status = 'CAPTURED', failure = null,
        version = p.version + 1, updated_at = clock_timestamp()
    from payment.operation o
    where o.id = any (operation_ids) and o.kind = 'CAPTURE'
      and p.organiser_id = o.organiser_id and p.id = o.payment_id
    returning p.booking_id,
        jsonb_build_object('amountMinor', o.amount_minor, 'currency', p.currency) || payment.event_data(p);
end
$$;
comment on function payment.book_captures(uuid[]) is 'payment.book_success for many captures that payment.close_done has just closed; gives the data of the events to record.';
