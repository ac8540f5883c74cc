create or replace function booking.view_changes(argument jsonb) returns setof jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
    most constant integer := argument ->> 'limit';
begin
    return query
    -- Row by row, as in booking.view_written.
    select coalesce((
        select jsonb_build_object(
            'booking', booking.document(b),
            'events', coalesce((
                select jsonb_agg(booking.history_entry(e) order by e.version)
                from (
                    select v.* from booking.event v
                    where v.organiser_id = b.organiser_id and v.booking_id = b.id
                      and v.version > (a.value ->> 'after_version')::integer
                    order by v.version
                    limit most) e), '[]'))
        from booking.booking b
        where b.id = (a.value ->> 'id')::uuid and booking.may_see(a.value -> 'actor', b.organiser_id, b.customer_id)),
        'null')
    from jsonb_array_elements(argument -> 'asked') with ordinality a (value, n)
    order by a.n;
end
$$;
comment on function booking.view_changes(jsonb) is 'What became of bookings, for those who watch them, all in one call: to each question {id, actor, after_version} of {asked}, in order, the booking as it is now and its events after that version, at most {limit}, or null when the actor may not see it. Row-level security is passed by, as it is by booking.view_written: each of them was let through it when he began to watch.';
grant execute on function booking.view_changes(jsonb) to holdfast_api;
