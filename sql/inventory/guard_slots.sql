create or replace function inventory.guard_slots(command jsonb, target inventory.listing) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    known inventory.slot;
    asked record;
    refusal jsonb;
begin
    if target.id is null or not holdfast.may_act_for(command -> 'actor', target.organiser_id) then
        return holdfast.refuse('NOT_FOUND', 'There is no such listing.', array['listingId']);
    elsif jsonb_array_length(command -> 'slots') not between 1 and 1000 then
        return holdfast.refuse('INVALID_INPUT', 'A call writes 1 to 1000 slots.', array['slots']);
    end if;

    for asked in
        select e.value as draft, array['slots', (e.n - 1)::text] as path
        from jsonb_array_elements(command -> 'slots') with ordinality e (value, n)
        order by e.n
    loop
        select * into known from inventory.slot s
        where s.organiser_id = target.organiser_id and s.listing_id = target.id
          and s.starts_at = (asked.draft ->> 'starts_at')::timestamptz
          and s.ends_at = (asked.draft ->> 'ends_at')::timestamptz;
        refusal := coalesce(
            inventory.guard_slot(asked.draft, target.currency, asked.path),
            inventory.guard_venue(asked.draft, target, known, asked.path),
            inventory.guard_known_slot(asked.draft, known, asked.path));
        exit when refusal is not null;
    end loop;
    if refusal is null then
        refusal := inventory.guard_new_seats(command, target);
    elsif refusal #>> '{refusal,code}' = 'STALE_VERSION' then
        -- So that the client can be shown how the slots stand now.
        refusal := refusal || jsonb_build_object('ids', array(
            select distinct s.id
            from jsonb_array_elements(command -> 'slots') d
            join inventory.slot s on s.listing_id = target.id
                                 and s.starts_at = (d ->> 'starts_at')::timestamptz
                                 and s.ends_at = (d ->> 'ends_at')::timestamptz));
    end if;
    return refusal;
end
$$;
comment on function inventory.guard_slots(jsonb, inventory.listing) is 'Why these slots can''t be written as asked; null when they can. The slots that exist are locked.';
