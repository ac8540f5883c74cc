create or replace function booking.tell_events(b booking.booking, first integer, last integer) returns jsonb[]
language plpgsql stable security definer set search_path = '' as $$
declare
    was booking.booking := booking.before_events(b);
    moved jsonb := '{}';
    payments constant jsonb := payment.documents(b.organiser_id, b.id);
    is_offer constant boolean := booking.is_offer(b);
    known jsonb; -- all lines that are told, each with the versions that it was part of
    come_and_go boolean;
    lines jsonb;
    e booking.event;
    told jsonb[] := '{}';
begin
    select jsonb_agg(jsonb_build_object('since', l.since_version, 'until', l.until_version,
                                        'line', booking.told_line(l, b.currency)) order by l.line_no),
           bool_or(l.since_version > first or l.until_version <= last)
    into known, come_and_go
    from booking.line l
    where l.organiser_id = b.organiser_id and l.booking_id = b.id
      and l.since_version <= last and (l.until_version is null or l.until_version > first);

    -- From the first event on, whichever are told: what an event does not say is what those before it said.
    for e in
        select n.* from booking.event n
        where n.organiser_id = b.organiser_id and n.booking_id = b.id and n.version <= last
        order by n.version
    loop
        was := booking.after_event(was, e);
        moved := booking.payments_after(moved, e);
        if e.version >= first then
            if lines is null or come_and_go then
                lines := (
                    select coalesce(jsonb_agg(k.value -> 'line' order by k.n), '[]')
                    from jsonb_array_elements(known) with ordinality k (value, n)
                    where (k.value -> 'since')::integer <= e.version
                      and coalesce((k.value ->> 'until')::integer > e.version, true));
            end if;
            told := told || booking.event_document(e, b.currency, booking.snapshot(
                was, is_offer, lines, booking.payments_at(payments, moved, was.status)));
        end if;
    end loop;
    return told;
end
$$;
comment on function booking.tell_events(booking.booking, integer, integer) is 'The events of a booking from one version to another, in order, as the outside is told of them: always told from the booking''s events, so that they read the same however late and however often they are sent. One pass over its history, however many are told.';
