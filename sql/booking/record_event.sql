create or replace function booking.record_event(
    booking_id uuid, type text, actor_role text, actor_id text, data jsonb, to_status text default null,
    reason text default null, trace jsonb default null)
returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    with before as (
        select b.organiser_id, b.id, b.status, b.version from booking.booking b where b.id = record_event.booking_id
    ), changed as (
        update booking.booking b
        set status = coalesce(to_status, b.status), reason = coalesce(record_event.reason, b.reason),
            version = b.version + 1, updated_at = clock_timestamp(),
            hold_expires_at = case when coalesce(to_status, b.status) = 'PENDING' then b.hold_expires_at end,
            expire_due_at = case when coalesce(to_status, b.status) = 'PENDING' then b.expire_due_at end
        from before
        where b.organiser_id = before.organiser_id and b.id = before.id
        returning b.organiser_id, b.id, b.version, b.updated_at, before.status as from_status, b.status
    )
    insert into booking.event (organiser_id, booking_id, version, type, from_status, to_status, actor_role, actor_id,
                               reason, data, correlation_id, traceparent, occurred_at)
    select c.organiser_id, c.id, c.version, record_event.type, c.from_status, c.status, record_event.actor_role,
           record_event.actor_id, record_event.reason, record_event.data, t.correlation_id, t.traceparent, c.updated_at
    from changed c
    cross join lateral booking.trace_after(c.organiser_id, c.id, c.version - 1, trace) t;
end
$$;
comment on function booking.record_event(uuid, text, text, text, jsonb, text, text, jsonb) is 'The next version of a locked booking, and its event; with `to_status`, the transition too. `trace` is {correlation_id, traceparent} of the request; without it the event goes on under the trace of the one before. Cancelling is not done here: see booking.cancel_locked.';
