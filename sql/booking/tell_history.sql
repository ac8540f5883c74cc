create or replace function booking.tell_history(argument jsonb) returns setof jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
    chosen constant uuid := (argument ->> 'booking_id')::uuid;
begin
    return query
    select jsonb_build_object(
        'sequence', told.event -> 'sequence', 'document', told.event,
        'published', outbox.is_published('BOOKING', chosen, (told.event -> 'sequence')::integer))
    from booking.booking b
    cross join lateral unnest(booking.tell_all(b, 1, b.version)) with ordinality told (event, n)
    where b.id = chosen
    order by told.n;
end
$$;
comment on function booking.tell_history(jsonb) is 'The events of {booking_id} in order, as the outside is told of them, each with whether a broker has acknowledged it.';
grant execute on function booking.tell_history(jsonb) to holdfast_worker;
