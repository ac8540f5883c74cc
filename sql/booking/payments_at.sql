create or replace function booking.payments_at(payments jsonb, moved jsonb, booking_status text) returns jsonb
language plpgsql immutable set search_path = '' as $$
declare
    payment jsonb;
    m jsonb;
    told jsonb := '[]';
begin
    -- By hand: most bookings have one, and a query would cost several times what it does.
    for n in 0 .. jsonb_array_length(payments) - 1 loop
        payment := payments -> n;
        m := moved -> (payment ->> 'number');
        if m is not null then
            told := told || (payment || jsonb_build_object(
                'status', booking.payment_status_after(
                    m ->> 'type', m -> 'data', booking_status, (m -> 'captured_minor')::bigint,
                    (m -> 'refunded_minor')::bigint),
                'captured_minor', m -> 'captured_minor', 'refunded_minor', m -> 'refunded_minor',
                'attempts', m -> 'attempts',
                'failure', case when m ->> 'type' = 'payment.declined' then m #>> '{data,code}' end));
        end if;
    end loop;
    return told;
end
$$;
comment on function booking.payments_at(jsonb, jsonb, text) is 'The payments of a booking (payment.documents) as they were when booking.payments_after gave `moved`, and the booking stood at a status.';
grant execute on function booking.payments_at(jsonb, jsonb, text) to holdfast_reader;
