create or replace function booking.sell_places(booking_id uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    held record;
begin
    select array_agg(l.booking_id) as booking_ids, array_agg(l.slot_id) as slot_ids, array_agg(l.quantity) as quantities
    into held
    from booking.line l
    where l.booking_id = sell_places.booking_id and l.active and l.since_version is not null;
    perform inventory.move(held.booking_ids, held.slot_ids, held.quantities, 'held', 'sold');
end
$$;
comment on function booking.sell_places(uuid) is 'What was held for a booking is sold: it is confirmed. Only the ledger changes; a held place counts as taken already.';
