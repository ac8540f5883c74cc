create or replace function booking.sell_places(booking_ids uuid[]) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    held record;
begin
    if booking_ids is null then
        return;
    end if;
    select array_agg(l.booking_id) as booking_ids, array_agg(l.slot_id) as slot_ids, array_agg(l.quantity) as quantities
    into held
    from booking.line l
    where l.booking_id = any (booking_ids)
      -- Hidden from the planner: in a young database all that takes a place is few enough to go through it.
      and case when l.active then l.since_version is not null end;
    perform inventory.move(held.booking_ids, held.slot_ids, held.quantities, 'held', 'sold');
    perform payment.post((
        select jsonb_agg(jsonb_build_object(
            'organiser_id', b.organiser_id, 'booking_id', b.id, 'currency', b.currency, 'amount_minor', b.owed_minor,
            'debit', 'customer', 'credit', 'revenue'))
        from booking.booking b where b.id = any (booking_ids)));
end
$$;
comment on function booking.sell_places(uuid[]) is 'Writes in both ledgers that bookings were just confirmed: what was held for them is sold, and their customers owe for it. A held place counts as taken already.';
