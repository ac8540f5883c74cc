create or replace function booking.lock_for_reschedule(commands jsonb, outcomes jsonb[]) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    targets uuid[];
    wanted uuid[];
    lapsed uuid[];
begin
    select array_agg(distinct (c.value ->> 'booking_id')::uuid) into targets
    from jsonb_array_elements(commands) with ordinality c (value, n) where outcomes[c.n] is null;
    select array_agg(distinct (l ->> 'slot_id')::uuid) into wanted
    from jsonb_array_elements(commands) with ordinality c (value, n)
    cross join lateral jsonb_array_elements(c.value -> 'lines') l
    where outcomes[c.n] is null;
    lapsed := booking.lapsed_on(wanted);

    -- The limits are those of the bookings' customers, who need not be the ones who ask.
    perform booking.lock_limits((
        select jsonb_agg(c.value || jsonb_build_object('customer_id', b.customer_id) order by c.n)
        from jsonb_array_elements(commands) with ordinality c (value, n)
        left join booking.booking b on b.id = (c.value ->> 'booking_id')::uuid), outcomes);
    -- Everything that is looked at below, the lapsed holds in the way included, is locked in one go and in order.
    perform booking.lock_with_slots(targets || coalesce(lapsed, '{}'), coalesce(wanted, '{}'));
    perform booking.expire_bookings(lapsed);
end
$$;
comment on function booking.lock_for_reschedule(jsonb, jsonb[]) is 'Locks the bookings that the unanswered commands of a batch change, with the slots they have and the slots they want, and expires the lapsed holds that stand in the way.';
