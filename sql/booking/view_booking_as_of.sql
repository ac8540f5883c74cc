create or replace function booking.view_booking_as_of(argument jsonb) returns setof jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
    return query
    select booking.document(b, last.version)
    from booking.booking b
    cross join lateral (
        select e.version from booking.event e
        where e.organiser_id = b.organiser_id and e.booking_id = b.id
          and e.occurred_at <= (argument ->> 'at')::timestamptz
        order by e.version desc limit 1
    ) last
    where b.id = (argument ->> 'id')::uuid
      and booking.may_see(argument -> 'actor', b.organiser_id, b.customer_id);
end
$$;
comment on function booking.view_booking_as_of(jsonb) is 'Booking {id} as it was {at} a moment, if {actor} may see it; nothing when it was not there yet.';
grant execute on function booking.view_booking_as_of(jsonb) to holdfast_api;
alter function booking.view_booking_as_of(jsonb) owner to holdfast_reader;
