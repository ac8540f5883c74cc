create or replace function booking.after_event(was booking.booking, e booking.event) returns booking.booking
language plpgsql immutable set search_path = '' as $$
begin
    was.version := e.version;
    was.status := e.to_status;
    was.updated_at := e.occurred_at;
    if e.from_status is distinct from e.to_status then
        was.reason := e.reason;
    end if;
    -- What a change would cost is not owed before it is done.
    if e.type <> 'booking.change_started' then
        was.total_minor := coalesce((e.data ->> 'totalMinor')::bigint, was.total_minor);
        was.owed_minor := coalesce((e.data ->> 'owedMinor')::bigint, was.owed_minor);
    end if;
    was.hold_expires_at := case when e.to_status = 'PENDING'
        then coalesce((e.data ->> 'holdExpiresAt')::timestamptz, was.hold_expires_at) end;
    was.extensions := coalesce((e.data ->> 'extensions')::integer, was.extensions);
    return was;
end
$$;
comment on function booking.after_event(booking.booking, booking.event) is 'A booking''s row after its next event; what the event does not say has not changed.';
