create or replace function booking.list_events(argument jsonb) returns setof jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
    return query
    select jsonb_build_object(
        'booking_id', e.booking_id, 'version', e.version, 'from_version', e.version - 1, 'type', e.type,
        'occurred_at', e.occurred_at, 'from_status', e.from_status, 'to_status', e.to_status,
        'actor_role', e.actor_role, 'actor_id', e.actor_id, 'reason', e.reason, 'data', e.data)
    from booking.booking b
    join booking.event e on e.organiser_id = b.organiser_id and e.booking_id = b.id
    where b.id = (argument ->> 'id')::uuid
      and booking.may_see(argument -> 'actor', b.organiser_id, b.customer_id)
      and e.version > (argument ->> 'after_version')::integer
    order by e.version
    limit (argument ->> 'limit')::integer;
end
$$;
comment on function booking.list_events(jsonb) is 'The events of booking {id} after {after_version}, in order, if {actor} may see it: what happened, from which version, who did it and why.';
grant execute on function booking.list_events(jsonb) to holdfast_api;
