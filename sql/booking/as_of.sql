create or replace function booking.as_of(b booking.booking, at_version integer) returns booking.booking
language plpgsql stable security definer set search_path = '' as $$
declare
    was booking.booking := booking.before_events(b);
    e booking.event;
begin
    for e in
        select n.* from booking.event n
        where n.organiser_id = b.organiser_id and n.booking_id = b.id and n.version <= at_version
        order by n.version
    loop
        was := booking.after_event(was, e);
    end loop;
    was.version := at_version;
    return was;
end
$$;
comment on function booking.as_of(booking.booking, integer) is 'A booking''s row as it was at a version, told again from its events alone; what an event does not say has not changed since the one before.';
-- For invariant.history_out_of_step.
grant execute on function booking.as_of(booking.booking, integer) to holdfast_report;
grant execute on function booking.as_of(booking.booking, integer) to holdfast_reader;
