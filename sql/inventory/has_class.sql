create or replace function inventory.has_class(plan uuid, of_slot uuid, price_class text) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
    -- A slot that exists has its own copy of the seats.
    if of_slot is not null then
        return exists (
            select from inventory.seat t where t.slot_id = of_slot and t.price_class = has_class.price_class);
    end if;
    return exists (
        select from inventory.venue_plan v
        join inventory.venue_seat t on t.organiser_id = v.organiser_id and t.plan_id = v.id
        where v.id = plan and t.price_class = has_class.price_class);
end
$$;
comment on function inventory.has_class(uuid, uuid, text) is 'Whether a slot, or the venue plan of one that is yet to be made, has seats of this price class.';
