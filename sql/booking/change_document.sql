create or replace function booking.change_document(b booking.booking, at_version integer default null) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
    if at_version is null then
        return (
            select jsonb_build_object(
                'id', c.id, 'charge_minor', c.charge_minor, 'owed_minor', c.owed_minor, 'total_minor', c.total_minor,
                'due_at', c.due_at, 'lines', (
                    select coalesce(jsonb_agg(booking.line_document(l) order by l.line_no), '[]')
                    from booking.line l
                    where l.organiser_id = b.organiser_id and l.booking_id = b.id
                      and l.since_version is null and l.active))
            from booking.change c
            where c.booking_id = b.id and c.state = 'UNDER_WAY');
    end if;
    return (
        select jsonb_build_object(
            'id', e.data -> 'changeId', 'charge_minor', e.data -> 'chargeMinor', 'owed_minor', e.data -> 'owedMinor',
            'total_minor', e.data -> 'totalMinor', 'due_at', e.data -> 'dueAt', 'lines', (
                select coalesce(jsonb_agg(booking.line_document(l) order by l.line_no), '[]')
                from booking.line l
                where l.organiser_id = b.organiser_id and l.booking_id = b.id
                  and e.data -> 'lineNos' @> to_jsonb(l.line_no)))
        from (
            -- Whatever follows a change of its kind has ended it.
            select l.* from booking.event l
            where l.organiser_id = b.organiser_id and l.booking_id = b.id and l.version <= at_version
              and l.type in ('booking.change_started', 'booking.change_failed', 'booking.rescheduled')
            order by l.version desc limit 1
        ) e
        where e.type = 'booking.change_started');
end
$$;
comment on function booking.change_document(booking.booking, integer) is 'The change of a booking that waits for its extra charge, now or at a version; null when there was none.';
grant execute on function booking.change_document(booking.booking, integer) to holdfast_reader;
