create or replace function booking.record_events(told jsonb) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    now constant timestamptz := clock_timestamp();
begin
    with item as (
        select t.*, row_number() over this_far as nth,
               -- The last one named before it.
               (array_agg(t.to_status) filter (where t.to_status is not null) over earlier) as went_to
        from rows from (jsonb_to_recordset(told) as (booking_id uuid, type text, data jsonb, to_status text))
            with ordinality t (booking_id, type, data, to_status, n)
        window this_far as (partition by t.booking_id order by t.n),
               earlier as (partition by t.booking_id order by t.n rows between unbounded preceding and 1 preceding)
    ), written as (
        insert into booking.event as w (organiser_id, booking_id, version, type, from_status, to_status, actor_role,
                                        actor_id, data, correlation_id, traceparent, occurred_at)
        select b.organiser_id, b.id, b.version + i.nth, i.type, coalesce(i.went_to[cardinality(i.went_to)], b.status),
               coalesce(i.to_status, i.went_to[cardinality(i.went_to)], b.status), 'SYSTEM', 'saga', i.data,
               e.correlation_id, e.traceparent, now
        from item i
        join booking.booking b on b.id = i.booking_id
        left join booking.event e on e.organiser_id = b.organiser_id and e.booking_id = b.id and e.version = b.version
        order by b.id, i.nth
        returning w.organiser_id, w.booking_id, w.version, w.to_status
    )
    update booking.booking b
    set status = w.to_status, version = w.version, updated_at = now,
        hold_expires_at = case when w.to_status = 'PENDING' then b.hold_expires_at end,
        expire_due_at = case when w.to_status = 'PENDING' then b.expire_due_at end
    from (select distinct on (w.booking_id) w.* from written w order by w.booking_id, w.version desc) w
    where b.organiser_id = w.organiser_id and b.id = w.booking_id;
end
$$;
comment on function booking.record_events(jsonb) is 'booking.record_event for many locked bookings, and for several events of each, in order, that the saga brought about: [{booking_id, type, data, to_status}].';
