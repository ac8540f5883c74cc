create or replace function booking.quote_refund(argument jsonb) returns setof jsonb
language sql volatile security definer set search_path = '' as $$
    select jsonb_build_object(
        'booking_id', b.id, 'currency', b.currency, 'total_minor', b.total_minor,
        -- Of a pending booking nothing is captured yet, and nothing will be.
        'refund_minor', case b.status
            when 'CONFIRMED' then booking.given_back(b, booking.refund_due(b.organiser_id, b.id)) else 0 end,
        'quoted_at', clock_timestamp())
    from booking.booking b
    where b.id = (argument ->> 'id')::uuid and booking.may_see(argument -> 'actor', b.organiser_id, b.customer_id)
$$;
comment on function booking.quote_refund(jsonb) is 'What cancelling {id} now would give back, by the same rule that the cancellation then applies.';
grant execute on function booking.quote_refund(jsonb) to holdfast_api;
alter function booking.quote_refund(jsonb) owner to holdfast_reader;
