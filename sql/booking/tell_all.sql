create or replace function booking.tell_all(b booking.booking, first integer, last integer) returns jsonb[]
language plpgsql stable security definer set search_path = '' as $$
begin
    if b.version < first then
        return '{}';
    end if;
    return booking.tell_events(b, first, last);
exception when others then
    if outbox.is_passing(sqlstate) then
        raise;
    end if;
    -- One of them can't be told: each by itself.
    return array(
        select booking.tell_event(e, b) from booking.event e
        where e.organiser_id = b.organiser_id and e.booking_id = b.id and e.version between first and last
        order by e.version);
end
$$;
comment on function booking.tell_all(booking.booking, integer, integer) is 'booking.tell_events, and where one of them can''t be told, a placeholder for that one (booking.tell_event).';
