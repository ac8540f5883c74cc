create or replace function booking.payments_as_of(b booking.booking, at_version integer, payments jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
    -- Free bookings have none, and are many.
    if jsonb_array_length(payments) = 0 then
        return payments;
    end if;
    return (
        with said as (
            select e.version, e.type, e.data,
                   -- The money of a booking moves with the first payment, that of a change with its own.
                   case when e.type = 'booking.rescheduled' then (
                            select (s.data ->> 'paymentNumber')::integer from booking.event s
                            where s.organiser_id = e.organiser_id and s.booking_id = e.booking_id
                              and s.type = 'booking.change_started' and s.data -> 'changeId' = e.data -> 'changeId')
                        else coalesce((e.data ->> 'paymentNumber')::integer, 1) end as number
            from booking.event e
            where e.organiser_id = b.organiser_id and e.booking_id = b.id and e.version <= at_version
              and (e.type like 'payment.%' or e.type in (
                  'booking.created', 'booking.confirmed', 'booking.change_started', 'booking.rescheduled'))
        ), moved as (
            select s.number,
                   coalesce(sum((s.data ->> 'amountMinor')::bigint) filter (where s.type = 'payment.captured'), 0) as captured,
                   coalesce(sum((s.data ->> 'amountMinor')::bigint) filter (where s.type = 'payment.refunded'), 0) as refunded,
                   count(*) filter (where s.type in ('payment.submitted', 'booking.change_started')
                                       or s.data ? 'paymentSubmitted') as attempts,
                   (array_agg(s.type order by s.version desc))[1] as last_type,
                   (array_agg(s.data order by s.version desc))[1] as last_data
            from said s
            where s.number is not null
            group by s.number
        )
        select coalesce(jsonb_agg(p || jsonb_build_object(
            'status', booking.payment_status_after(m.last_type, m.last_data, b.status, m.captured, m.refunded),
            'captured_minor', m.captured, 'refunded_minor', m.refunded, 'attempts', m.attempts,
            'failure', case when m.last_type = 'payment.declined' then m.last_data ->> 'code' end) order by m.number), '[]')
        from jsonb_array_elements(payments) p
        join moved m on m.number = (p ->> 'number')::integer);
end
$$;
comment on function booking.payments_as_of(booking.booking, integer, jsonb) is 'The payments of a booking as they were at a version: `b` is the booking as it was then, `payments` are those of today.';
grant execute on function booking.payments_as_of(booking.booking, integer, jsonb) to holdfast_reader;
