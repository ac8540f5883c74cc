create or replace function booking.write_lines(accepted jsonb) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    held record;
begin
    insert into booking.line (
        organiser_id, booking_id, line_no, slot_id, listing_id, quantity, rate_plan, policy_version, policy,
        list_price_minor, unit_price_minor, starts_at, price_class, seats, since_version)
    select a.organiser_id, a.id, a.first_line_no + l.n - 1, l.slot_id, l.listing_id, l.quantity, l.rate_plan,
           l.policy_version, l.policy, l.list_price_minor, l.unit_price_minor, l.starts_at, l.price_class, l.seats,
           a.since_version
    from jsonb_to_recordset(accepted) a (
        id uuid, organiser_id uuid, first_line_no integer, since_version integer, lines jsonb)
    cross join lateral rows from (jsonb_to_recordset(a.lines) as (
        slot_id uuid, listing_id uuid, quantity integer, rate_plan text, policy_version integer, policy jsonb,
        list_price_minor bigint, unit_price_minor bigint, starts_at timestamptz, price_class text, seats integer[])
    ) with ordinality l (
        slot_id, listing_id, quantity, rate_plan, policy_version, policy, list_price_minor, unit_price_minor,
        starts_at, price_class, seats, n);

    for held in
        select coalesce(a.sold, false) as is_sold, array_agg(a.id) as booking_ids, array_agg(l.slot_id) as slot_ids,
               array_agg(l.quantity) as quantities
        from jsonb_to_recordset(accepted) a (id uuid, sold boolean, lines jsonb)
        cross join lateral jsonb_to_recordset(a.lines) l (slot_id uuid, quantity integer)
        group by 1
    loop
        perform inventory.move(held.booking_ids, held.slot_ids, held.quantities, 'available',
            case when held.is_sold then 'sold' else 'held' end);
    end loop;
end
$$;
comment on function booking.write_lines(jsonb) is 'Writes the lines of accepted drafts and takes their places: [a row of booking.judge_drafts, with first_line_no, since_version (null while a change is under way) and, where nothing is left to pay, sold]. The bookings exist, the slots are locked.';
