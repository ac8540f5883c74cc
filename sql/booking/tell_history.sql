create or replace function booking.tell_history(argument jsonb) returns setof jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
    chosen constant uuid := (argument ->> 'booking_id')::uuid;
begin
    return query
    select jsonb_build_object(
        'sequence', e.version, 'document', booking.tell_event(e, b),
        'published', outbox.is_published('BOOKING', e.booking_id, e.version))
    from booking.booking b
    join booking.event e on e.organiser_id = b.organiser_id and e.booking_id = b.id
    where b.id = chosen
    order by e.version;
end
$$;
comment on function booking.tell_history(jsonb) is 'The events of {booking_id} in order, as the outside is told of them, each with whether a broker has acknowledged it.';
grant execute on function booking.tell_history(jsonb) to holdfast_worker;
