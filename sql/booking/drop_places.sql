create or replace function booking.drop_places(target booking.booking, dropped jsonb, at_version integer) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    back record;
begin
    with part as (
        select d.line_no, d.quantity, d.seats from jsonb_to_recordset(dropped) d (
            line_no integer, quantity integer, seats integer[])
    ), closed as (
        update booking.line l set active = false, until_version = at_version
        from part p
        where l.organiser_id = target.organiser_id and l.booking_id = target.id and l.line_no = p.line_no
        returning l.*, p.quantity as gone, p.seats as seats_gone
    ), rest as (
        -- A line sold never changes: what is left of it is a line of its own, at the same price and policy.
        insert into booking.line (
            organiser_id, booking_id, line_no, slot_id, listing_id, quantity, rate_plan, policy_version, policy,
            list_price_minor, unit_price_minor, starts_at, price_class, seats, since_version)
        select c.organiser_id, c.booking_id, last.line_no + row_number() over (order by c.line_no), c.slot_id,
               c.listing_id, c.quantity - c.gone, c.rate_plan, c.policy_version, c.policy, c.list_price_minor,
               c.unit_price_minor, c.starts_at, c.price_class,
               (select array_agg(s order by n) from unnest(c.seats) with ordinality e (s, n)
                where s <> all (c.seats_gone)), at_version
        from closed c
        cross join (
            select max(l.line_no) as line_no from booking.line l
            where l.organiser_id = target.organiser_id and l.booking_id = target.id) last
        where c.quantity > c.gone
    )
    select array_agg(c.booking_id) as booking_ids, array_agg(c.slot_id) as slot_ids, array_agg(c.gone) as quantities,
           jsonb_agg(jsonb_build_object('slot_id', c.slot_id, 'seats', c.seats_gone))
               filter (where c.seats_gone is not null) as seated
    into back from closed c;

    perform inventory.release_seats(target.id,
        array(select x::integer from jsonb_array_elements_text(s -> 'seats') x), (s ->> 'slot_id')::uuid)
    from jsonb_array_elements(back.seated) s;
    perform inventory.move(back.booking_ids, back.slot_ids, back.quantities, 'sold', 'available');
end
$$;
comment on function booking.drop_places(booking.booking, jsonb, integer) is 'Gives up places of a confirmed booking that is locked with its slots: [{line_no, quantity, seats}]. The lines end with `at_version`; what is left of one goes on as a new line.';
