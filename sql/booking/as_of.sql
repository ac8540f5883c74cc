create or replace function booking.as_of(b booking.booking, at_version integer) returns booking.booking
language plpgsql stable security definer set search_path = '' as $$
declare
    was booking.booking := b;
    step record;
begin
    was.version := at_version;
    was.reason := null;
    was.total_minor := null;
    was.owed_minor := null;
    was.hold_expires_at := null;
    was.extensions := 0;
    for step in
        select e.type, e.from_status, e.to_status, e.reason, e.data, e.occurred_at from booking.event e
        where e.organiser_id = b.organiser_id and e.booking_id = b.id and e.version <= at_version
        order by e.version
    loop
        was.status := step.to_status;
        was.updated_at := step.occurred_at;
        if step.from_status is distinct from step.to_status then
            was.reason := step.reason;
        end if;
        -- What a change would cost is not owed before it is done.
        if step.type <> 'booking.change_started' then
            was.total_minor := coalesce((step.data ->> 'totalMinor')::bigint, was.total_minor);
            was.owed_minor := coalesce((step.data ->> 'owedMinor')::bigint, was.owed_minor);
        end if;
        was.hold_expires_at := case when step.to_status = 'PENDING'
            then coalesce((step.data ->> 'holdExpiresAt')::timestamptz, was.hold_expires_at) end;
        was.extensions := coalesce((step.data ->> 'extensions')::integer, was.extensions);
    end loop;
    return was;
end
$$;
comment on function booking.as_of(booking.booking, integer) is 'A booking''s row as it was at a version, told again from its events alone; what an event does not say has not changed since the one before.';
-- For invariant.history_out_of_step.
grant execute on function booking.as_of(booking.booking, integer) to holdfast_report;
grant execute on function booking.as_of(booking.booking, integer) to holdfast_reader;
