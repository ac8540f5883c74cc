create or replace function inventory.lock_for_writing(commands jsonb) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    -- Whoever writes slots holds the listing, so that which slots exist stays as it was found; and the venue plan, so
    -- that a slot gets all its seats from one version. Nobody asks for these while holding a slot.
    perform from inventory.listing l
    where l.id in (select (c ->> 'listing_id')::uuid from jsonb_array_elements(commands) c)
    order by l.id for no key update;
    perform from inventory.venue_plan v
    where v.id in (
        select (d ->> 'venue_plan_id')::uuid
        from jsonb_array_elements(commands) c cross join lateral jsonb_array_elements(c -> 'slots') d)
    order by v.id for share;

    perform inventory.lock_slots_exclusively(array(
        select s.id
        from jsonb_array_elements(commands) c
        cross join lateral jsonb_array_elements(c -> 'slots') d
        join inventory.slot s on s.listing_id = (c ->> 'listing_id')::uuid
                             and s.starts_at = (d ->> 'starts_at')::timestamptz
                             and s.ends_at = (d ->> 'ends_at')::timestamptz));
end
$$;
comment on function inventory.lock_for_writing(jsonb) is 'Locks what commands that write slots may change: listings, venue plans, slots, each by id.';
