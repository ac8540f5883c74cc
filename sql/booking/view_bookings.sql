create or replace function booking.view_bookings(argument jsonb) returns setof jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
    return query
    select booking.document(b)
    from booking.booking b
    where b.id = any (array(select i::uuid from jsonb_array_elements_text(argument -> 'ids') i))
      and booking.may_see(argument -> 'actor', b.organiser_id, b.customer_id);
end
$$;
comment on function booking.view_bookings(jsonb) is 'The bookings of {ids} that {actor} may see.';
grant execute on function booking.view_bookings(jsonb) to holdfast_api;
alter function booking.view_bookings(jsonb) owner to holdfast_reader;
