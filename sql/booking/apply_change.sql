create or replace function booking.apply_change(booking_id uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    target booking.booking;
    change booking.change;
    gained record;
begin
    select * into target from booking.booking b where b.id = apply_change.booking_id;
    update booking.change c set state = 'DONE', ended_at = clock_timestamp()
    where c.booking_id = apply_change.booking_id and c.state = 'UNDER_WAY' returning * into change;

    with joined as (
        update booking.line l set since_version = target.version + 1
        where l.organiser_id = target.organiser_id and l.booking_id = target.id and l.active
          and l.since_version is null
        returning l.booking_id, l.slot_id, l.quantity
    )
    select array_agg(j.booking_id) as booking_ids, array_agg(j.slot_id) as slot_ids, array_agg(j.quantity) as quantities
    into gained from joined j;
    perform inventory.move(gained.booking_ids, gained.slot_ids, gained.quantities, 'held', 'sold');
    perform booking.drop_places(target, change.dropped, target.version + 1);
    perform booking.owe(target.id, change.total_minor, change.owed_minor, change.nonrefundable_minor);
    perform payment.post(jsonb_build_array(jsonb_build_object(
        'organiser_id', target.organiser_id, 'booking_id', target.id, 'currency', target.currency,
        'amount_minor', change.charge_minor, 'debit', 'customer', 'credit', 'revenue')));
    perform booking.record_event(target.id, 'booking.rescheduled', change.actor_role, change.actor_id,
        jsonb_strip_nulls(jsonb_build_object('changeId', change.id, 'totalMinor', change.total_minor,
            'owedMinor', change.owed_minor, 'dropped', booking.told_lines(change.dropped), 'note', change.note)));
end
$$;
comment on function booking.apply_change(uuid) is 'Carries out the change of a locked booking, whose charge is authorized: its new places are sold, the old ones go.';
