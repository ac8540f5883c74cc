create or replace function booking.lock_limits(commands jsonb, outcomes jsonb[]) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    perform pg_advisory_xact_lock(sorted.lock)
    from (
        select distinct hashtextextended(concat_ws(chr(31),
            coalesce(c.value ->> 'customer_id', c.value #>> '{actor,subject}'), limited.listing_id), 1) as lock
        from jsonb_array_elements(commands) with ordinality c (value, n)
        cross join lateral jsonb_array_elements(c.value -> 'lines') l
        join inventory.limited_slots(array(
            select distinct (a ->> 'slot_id')::uuid
            from jsonb_array_elements(commands) d cross join lateral jsonb_array_elements(d -> 'lines') a)
        ) limited on limited.slot_id = (l ->> 'slot_id')::uuid
        where outcomes[c.n] is null and c.value #>> '{actor,role}' not in ('ORGANISER', 'SERVICE', 'OPERATOR')
        order by 1
    ) sorted;
end
$$;
comment on function booking.lock_limits(jsonb, jsonb[]) is 'Lets a customer buy from a listing that limits its customers one purchase at a time, so that what it holds already can be counted. Locked in order, before the slots.';
