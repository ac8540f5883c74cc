create or replace function booking.lock_for_sale(commands jsonb, outcomes jsonb[]) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    wanted uuid[];
    lapsed uuid[];
begin
    select array_agg(distinct (l ->> 'slot_id')::uuid) into wanted
    from jsonb_array_elements(commands) with ordinality c (value, n)
    cross join lateral jsonb_array_elements(c.value -> 'lines') l
    where outcomes[c.n] is null;

    -- A hold past its end no longer counts: whoever finds it expires it. It may hold places of further slots, so
    -- it is looked for without locks, and then everything is locked in the one order.
    lapsed := booking.lapsed_on(wanted);
    if lapsed is null then
        perform inventory.lock_slots(wanted);
    else
        perform booking.expire_bookings(lapsed, wanted);
    end if;
end
$$;
comment on function booking.lock_for_sale(jsonb, jsonb[]) is 'Locks every slot that the unanswered commands of a batch ask for, and expires the lapsed holds that stand in their way.';
