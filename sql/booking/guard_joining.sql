create or replace function booking.guard_joining(command jsonb, queue jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
    actor constant jsonb := command -> 'actor';
    of_slot constant uuid := command ->> 'slot_id';
    quantity constant integer := command ->> 'quantity';
    customer constant text := coalesce(command ->> 'customer_id', actor ->> 'subject');
    standing uuid;
begin
    if queue is null
       or actor ->> 'role' <> 'CUSTOMER' and not holdfast.may_act_for(actor, (queue ->> 'organiser_id')::uuid) then
        return holdfast.refuse('NOT_FOUND', 'There is no such slot.', array['slotId']);
    end if;
    if queue ->> 'sale' <> 'OPEN' then
        return holdfast.refuse('SALES_CLOSED', 'This slot is not on sale.', array['slotId']);
    end if;
    if quantity not between 1 and (queue ->> 'largest_party')::integer then
        return holdfast.refuse('INVALID_QUANTITY',
            format('One customer may wait for 1 to %s places of this slot.', queue ->> 'largest_party'),
            array['quantity']);
    end if;
    if command ->> 'rate_plan' is not null and not queue -> 'rate_plans' ? (command ->> 'rate_plan') then
        return holdfast.refuse('NOT_FOUND', 'The listing has no such rate plan.', array['ratePlan']);
    end if;

    standing := (select e.id from booking.waitlist_entry e
                 where e.slot_id = of_slot and e.customer_id = customer and e.status = 'WAITING');
    if standing is not null then
        return holdfast.refuse('ALREADY_WAITING', 'The customer waits for this slot already.', array['slotId'], standing);
    end if;
    -- A hold that is over counts no longer: a booking would expire it and take its places.
    if (queue ->> 'waiting')::integer = 0 and quantity <= (queue ->> 'free')::integer
           + booking.lapsed_places(of_slot) then
        return holdfast.refuse('PLACES_FREE', 'So many places are free: just book them.', array['slotId']);
    end if;
    return null;
end
$$;
comment on function booking.guard_joining(jsonb, jsonb) is 'Why a customer can''t wait for places of a locked slot; null when it can. Takes the slot''s row of inventory.queues.';
