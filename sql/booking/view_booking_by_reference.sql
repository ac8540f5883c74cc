create or replace function booking.view_booking_by_reference(argument jsonb) returns setof jsonb
language sql stable security definer set search_path = '' as $$
    select booking.document(b)
    from booking.booking b
    where b.reference = argument ->> 'reference'
      and booking.may_see(argument -> 'actor', b.organiser_id, b.customer_id)
$$;
comment on function booking.view_booking_by_reference(jsonb) is 'The booking with {reference}, if {actor} may see it.';
grant execute on function booking.view_booking_by_reference(jsonb) to holdfast_api;
alter function booking.view_booking_by_reference(jsonb) owner to holdfast_reader;
