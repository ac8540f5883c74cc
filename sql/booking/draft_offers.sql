create or replace function booking.draft_offers(slot_ids uuid[]) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
    -- 50 of a slot and 200 together, so that nobody waits long for the locks; the rest is for the next round.
    return (
        select coalesce(jsonb_agg(jsonb_build_object(
            'actor', jsonb_build_object('role', 'SYSTEM', 'subject', 'waiting-list', 'organiser_id', null),
            'key', 'offer-' || d.id, 'fingerprint', 'offer-' || d.id, 'customer_id', d.customer_id,
            'note', null, 'payment_method', null, 'hold_seconds', d.offer_seconds,
            'lines', jsonb_build_array(jsonb_build_object(
                'slot_id', d.slot_id, 'quantity', d.quantity, 'rate_plan', d.rate_plan,
                'unit_price_minor', null, 'unit_price_currency', null,
                'seats', null, 'section', null, 'price_class', null)))), '[]')
        from (
            select e.id, e.slot_id, e.customer_id, e.quantity, e.rate_plan, q.offer_seconds
            from inventory.queues(slot_ids) q
            cross join lateral (
                select * from booking.waitlist_entry w
                where w.slot_id = q.slot_id and w.status = 'WAITING' and w.quantity <= q.free + q.set_aside
                order by w.joined_at, w.id limit 50
            ) e
            where q.sale = 'OPEN'
            limit 200
        ) d);
end
$$;
comment on function booking.draft_offers(uuid[]) is 'The createBooking commands of those in the queues of these slots whose turn may have come. Nothing is locked yet: booking.serve_queue decides.';
