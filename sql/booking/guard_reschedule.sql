create or replace function booking.guard_reschedule(command jsonb, target booking.booking) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    priced record;
begin
    select (w.n - 1)::text as line into priced
    from jsonb_array_elements(command -> 'lines') with ordinality w (value, n)
    where w.value ->> 'unit_price_minor' is not null
    order by w.n limit 1;
    return case
        when target.status <> 'CONFIRMED' then
            holdfast.refuse('INVALID_STATE', format('The booking is %s.', lower(target.status)), array['bookingId'],
                target.id)
        when jsonb_array_length(command -> 'lines') = 0 then
            holdfast.refuse('INVALID_INPUT', 'To give up all of it, cancel the booking.', array['lines'], target.id)
        -- Of places that are kept, a price is not looked at; a customer names none all the same.
        when command #>> '{actor,role}' = 'CUSTOMER' and priced.line is not null then
            holdfast.refuse('NOT_ALLOWED', 'Customers do not name prices.', array['lines', priced.line, 'unitPrice'],
                target.id)
        when clock_timestamp() >= (
            select min(l.starts_at) from booking.line l
            where l.organiser_id = target.organiser_id and l.booking_id = target.id and l.active) then
            holdfast.refuse('INVALID_STATE', 'Its first slot has begun.', array['bookingId'], target.id)
    end;
end
$$;
comment on function booking.guard_reschedule(jsonb, booking.booking) is 'Why this booking can''t be changed now; null when it can.';
