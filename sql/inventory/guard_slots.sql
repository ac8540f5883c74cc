create or replace function inventory.guard_slots(command jsonb, target inventory.listing) returns jsonb
language sql stable security definer set search_path = '' as $$
    select case
        when target.id is null or not holdfast.may_act_for(command -> 'actor', target.organiser_id) then
            holdfast.refuse('NOT_FOUND', 'There is no such listing.', array['listingId'])
        when jsonb_array_length(command -> 'slots') not between 1 and 1000 then
            holdfast.refuse('INVALID_INPUT', 'A call writes 1 to 1000 slots.', array['slots'])
        else (
            select r.refusal
            from jsonb_array_elements(command -> 'slots') with ordinality d (value, n)
            left join inventory.slot s on s.listing_id = target.id
                                      and s.starts_at = (d.value ->> 'starts_at')::timestamptz
                                      and s.ends_at = (d.value ->> 'ends_at')::timestamptz
            cross join lateral (select array['slots', (d.n - 1)::text] as path) here
            cross join lateral (select case
                when (d.value ->> 'ends_at')::timestamptz <= (d.value ->> 'starts_at')::timestamptz then
                    holdfast.refuse('INVALID_INPUT', 'A slot ends after it starts.', here.path || array['endsAt'])
                when d.value ->> 'currency' <> target.currency then
                    holdfast.refuse('CURRENCY_MISMATCH', format('This listing is sold in %s.', target.currency),
                        here.path || array['price', 'currencyCode'])
                when (d.value ->> 'price_minor')::bigint not between 0 and 10000000000 then
                    holdfast.refuse('INVALID_PRICE', 'A price is at least 0 and not that large.',
                        here.path || array['price'])
                when (d.value ->> 'capacity')::integer not between 0 and 1000000 then
                    holdfast.refuse('INVALID_QUANTITY', 'A slot has 0 to 1000000 places.',
                        here.path || array['capacity'])
                when (d.value ->> 'expected_version')::integer <> coalesce(s.version, 0) then
                    holdfast.refuse('STALE_VERSION', format('The slot is at version %s.', coalesce(s.version, 0)),
                        here.path || array['expectedVersion'])
                when (d.value ->> 'capacity')::integer < s.taken then
                    holdfast.refuse('CAPACITY_BELOW_SOLD', format('%s places are held or sold.', s.taken),
                        here.path || array['capacity'])
            end as refusal) r
            where r.refusal is not null
            order by d.n limit 1)
    end
$$;
comment on function inventory.guard_slots(jsonb, inventory.listing) is 'Why these slots can''t be written as asked; null when they can. The slots that exist are locked.';
