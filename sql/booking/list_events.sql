create or replace function booking.list_events(argument jsonb) returns setof jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
    after_version constant integer := argument ->> 'after_version';
    most constant integer := argument ->> 'limit';
begin
    return query
    select booking.history_entry(e)
    from booking.booking b
    cross join lateral (
        select v.* from booking.event v
        where v.organiser_id = b.organiser_id and v.booking_id = b.id and v.version > after_version
        order by v.version
        limit most
    ) e
    where b.id = any (array(select i::uuid from jsonb_array_elements_text(argument -> 'ids') i))
      and booking.may_see(argument -> 'actor', b.organiser_id, b.customer_id)
    order by b.id, e.version;
end
$$;
comment on function booking.list_events(jsonb) is 'The events of each booking of {ids} after {after_version}, in order, at most {limit} of each, if {actor} may see it.';
grant execute on function booking.list_events(jsonb) to holdfast_api;
alter function booking.list_events(jsonb) owner to holdfast_reader;
