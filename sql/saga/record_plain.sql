create or replace function saga.record_plain(plain jsonb) returns uuid[]
language plpgsql volatile security definer set search_path = '' as $$
declare
    authorized uuid[];
    captured uuid[];
    confirmed uuid[];
    told jsonb;
begin
    if plain is null then
        return null;
    end if;
    select array_agg((p ->> 'operation_id')::uuid) filter (where p ->> 'step' = 'authorize'),
           array_agg((p ->> 'operation_id')::uuid) filter (where p ->> 'step' = 'capture'),
           array_agg((p ->> 'booking_id')::uuid) filter (where p ->> 'step' = 'authorize')
    into authorized, captured, confirmed
    from jsonb_array_elements(plain) p;

    perform payment.close_done(plain);
    select jsonb_agg(e.event order by e.nth) into told
    from (
        select 1 as nth, jsonb_build_object(
            'booking_id', a.booking_id, 'type', 'payment.authorized', 'data', a.data) as event
        from payment.book_authorizations(authorized) a
        union all
        select 2, jsonb_build_object(
            'booking_id', c.booking_id, 'type', 'booking.confirmed', 'data', '{}'::jsonb, 'to_status', 'CONFIRMED')
        from unnest(confirmed) c (booking_id)
        union all
        select 1, jsonb_build_object('booking_id', c.booking_id, 'type', 'payment.captured', 'data', c.data)
        from payment.book_captures(captured) c
    ) e;
    perform booking.record_events(told);
    perform saga.move_plain(plain);
    return confirmed;
end
$$;
comment on function saga.record_plain(jsonb) is 'What saga.record_step and saga.follow_booking do, for all of saga.plain_outcomes at once: booked, told, and moved to the capture or to the end. Gives the bookings that were confirmed.';
