create or replace function booking.payment_status_after(
    event_type text, data jsonb, booking_status text, captured_minor numeric, refunded_minor numeric)
returns text
language plpgsql immutable set search_path = '' as $$
begin
    return case event_type
        when 'booking.created' then case
            when data ? 'paymentSubmitted' then 'AUTHORIZING'
            when booking_status = 'CANCELLED' then 'FAILED'
            else 'REQUIRES_METHOD' end
        when 'payment.submitted' then 'AUTHORIZING'
        when 'booking.change_started' then 'AUTHORIZING'
        when 'payment.authorized' then 'AUTHORIZED'
        -- The capture is written down along with what it is for.
        when 'booking.confirmed' then 'CAPTURING'
        when 'booking.rescheduled' then 'CAPTURING'
        when 'payment.captured' then 'CAPTURED'
        when 'payment.refunded' then case when refunded_minor = captured_minor then 'REFUNDED' else 'PARTIALLY_REFUNDED' end
        when 'payment.voided' then 'VOIDED'
        when 'payment.unknown' then 'UNKNOWN'
        when 'payment.failed' then 'FAILED'
        when 'payment.declined' then case
            when data ->> 'operation' = 'CAPTURE' then 'AUTHORIZED'
            when booking_status = 'PENDING' then 'REQUIRES_METHOD'
            else 'FAILED' end
    end;
end
$$;
comment on function booking.payment_status_after(text, jsonb, text, numeric, numeric) is 'Where a payment stands after the last event about it.';
grant execute on function booking.payment_status_after(text, jsonb, text, numeric, numeric) to holdfast_reader;
