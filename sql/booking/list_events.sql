create or replace function booking.list_events(argument jsonb) returns setof jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
    return query
    select jsonb_build_object('booking_id', e.booking_id, 'version', e.version, 'type', e.type,
                              'occurred_at', e.occurred_at)
    from booking.booking b
    join booking.event e on e.organiser_id = b.organiser_id and e.booking_id = b.id
    where b.id = (argument ->> 'id')::uuid
      and booking.may_see(argument -> 'actor', b.organiser_id, b.customer_id)
      and e.version > (argument ->> 'after_version')::integer
    order by e.version
    limit (argument ->> 'limit')::integer;
end
$$;
comment on function booking.list_events(jsonb) is 'The events of booking {id} after {after_version}, in order, if {actor} may see it.';
grant execute on function booking.list_events(jsonb) to holdfast_api;
