create or replace function booking.record_events(told jsonb) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    now constant timestamptz := clock_timestamp();
begin
    with item as (
        select (t.value ->> 'booking_id')::uuid as booking_id, t.value ->> 'type' as type, t.value -> 'data' as data,
               t.value ->> 'to_status' as to_status,
               (row_number() over this_far)::integer as nth,
               -- The last one named before it.
               (array_agg(t.value ->> 'to_status') filter (where t.value ->> 'to_status' is not null) over earlier) as went_to
        from jsonb_array_elements(told) with ordinality t (value, n)
        window this_far as (partition by t.value ->> 'booking_id' order by t.n),
               earlier as (partition by t.value ->> 'booking_id' order by t.n
                           rows between unbounded preceding and 1 preceding)
    ), before as (
        select b.organiser_id, b.id, b.status, b.version, e.correlation_id, e.traceparent
        from booking.booking b
        left join booking.event e on e.organiser_id = b.organiser_id and e.booking_id = b.id and e.version = b.version
        where b.id = any (array(select i.booking_id from item i))
    ), step as (
        select before.organiser_id, before.id, before.version + i.nth as version, i.type, i.data, i.nth,
               coalesce(i.went_to[cardinality(i.went_to)], before.status) as from_status,
               coalesce(i.to_status, i.went_to[cardinality(i.went_to)], before.status) as to_status,
               before.correlation_id, before.traceparent
        from item i join before on before.id = i.booking_id
    ), changed as (
        update booking.booking b
        set status = s.to_status, version = s.version, updated_at = now,
            hold_expires_at = case when s.to_status = 'PENDING' then b.hold_expires_at end,
            expire_due_at = case when s.to_status = 'PENDING' then b.expire_due_at end
        from (select distinct on (step.id) step.* from step order by step.id, step.nth desc) s
        where b.organiser_id = s.organiser_id and b.id = s.id
        returning b.id
    )
    insert into booking.event (organiser_id, booking_id, version, type, from_status, to_status, actor_role, actor_id,
                               data, correlation_id, traceparent, occurred_at)
    select s.organiser_id, s.id, s.version, s.type, s.from_status, s.to_status, 'SYSTEM', 'saga', s.data,
           s.correlation_id, s.traceparent, now
    from step s join changed c on c.id = s.id
    order by s.id, s.version;
end
$$;
comment on function booking.record_events(jsonb) is 'booking.record_event for many locked bookings, and for several events of each, in order, that the saga brought about: [{booking_id, type, data, to_status}].';
