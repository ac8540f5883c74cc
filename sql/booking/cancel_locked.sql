create or replace function booking.cancel_locked(changes jsonb) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    back record;
begin
    if changes is null then
        return;
    end if;

    with change as (
        select c.* from jsonb_to_recordset(changes) c (
            booking_id uuid, reason text, actor_role text, actor_id text, owed_minor bigint, kept_minor bigint,
            note text, trace jsonb)
    ), before as (
        select b.organiser_id, b.id, b.status, b.owed_minor from booking.booking b join change c on c.booking_id = b.id
    ), cancelled as (
        update booking.booking b
        set status = 'CANCELLED', reason = c.reason, owed_minor = c.owed_minor,
            nonrefundable_minor = least(b.nonrefundable_minor, c.owed_minor), hold_expires_at = null,
            expire_due_at = null, version = b.version + 1, updated_at = clock_timestamp()
        from change c join before o on o.id = c.booking_id
        where b.organiser_id = o.organiser_id and b.id = o.id and b.status in ('PENDING', 'CONFIRMED')
        returning b.organiser_id, b.id, b.version, b.updated_at, o.status as from_status, c.reason,
                  c.actor_role, c.actor_id, c.note, c.trace, b.total_minor, c.owed_minor, b.currency,
                  o.owed_minor - c.owed_minor as given_up, c.kept_minor
    ), told as (
        insert into booking.event (organiser_id, booking_id, version, type, from_status, to_status, actor_role,
                                   actor_id, reason, data, correlation_id, traceparent, occurred_at)
        select c.organiser_id, c.id, c.version, 'booking.cancelled', c.from_status, 'CANCELLED', c.actor_role,
               c.actor_id, c.reason, jsonb_strip_nulls(jsonb_build_object(
                   'note', c.note, 'totalMinor', c.total_minor, 'owedMinor', c.owed_minor)),
               t.correlation_id, t.traceparent, c.updated_at
        from cancelled c
        cross join lateral booking.trace_after(c.organiser_id, c.id, c.version - 1, c.trace) t
    ), released as (
        update booking.line l set active = false
        from cancelled c
        where l.organiser_id = c.organiser_id and l.booking_id = c.id and l.active
        returning l.booking_id, l.slot_id, l.quantity, l.seats is not null as is_seated,
                  case c.from_status when 'PENDING' then 'held' else 'sold' end as account
    )
    select array_agg(r.booking_id) filter (where r.account = 'held') as held_bookings,
           array_agg(r.slot_id) filter (where r.account = 'held') as held_slots,
           array_agg(r.quantity) filter (where r.account = 'held') as held_quantities,
           array_agg(r.booking_id) filter (where r.account = 'sold') as sold_bookings,
           array_agg(r.slot_id) filter (where r.account = 'sold') as sold_slots,
           array_agg(r.quantity) filter (where r.account = 'sold') as sold_quantities,
           array_agg(distinct r.booking_id) filter (where r.is_seated) as seated,
           (select jsonb_agg(booking.give_up_transfers(c.organiser_id, c.id, c.currency, c.given_up, c.kept_minor))
            from cancelled c where c.from_status = 'CONFIRMED') as transfers
    into back from released r;

    perform payment.post(t) from jsonb_array_elements(back.transfers) t;
    perform inventory.release_seats(b.id) from unnest(back.seated) b (id);
    perform inventory.move(back.held_bookings, back.held_slots, back.held_quantities, 'held', 'available');
    perform inventory.move(back.sold_bookings, back.sold_slots, back.sold_quantities, 'sold', 'available');
    perform saga.unwind(array(select (c ->> 'booking_id')::uuid from jsonb_array_elements(changes) c));
end
$$;
comment on function booking.cancel_locked(jsonb) is 'Cancels bookings whose slots and rows the caller has locked: places back, event, and whatever the money still needs. Takes [{booking_id, reason, actor_role, actor_id, owed_minor, kept_minor, note, trace}], each booking once; kept_minor is what the policies keep of its places.';
