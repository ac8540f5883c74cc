create or replace function booking.join_waitlist(command jsonb, queue jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    now constant timestamptz := clock_timestamp();
    of_slot constant uuid := command ->> 'slot_id';
    quantity constant integer := command ->> 'quantity';
    free constant integer := queue ->> 'free';
    entry_id constant uuid := holdfast.uuid_v7();
begin
    insert into booking.waitlist_entry (
        organiser_id, id, slot_id, listing_id, customer_id, quantity, rate_plan, joined_at, updated_at)
    values ((queue ->> 'organiser_id')::uuid, entry_id, of_slot, (queue ->> 'listing_id')::uuid,
            coalesce(command ->> 'customer_id', command #>> '{actor,subject}'), quantity, command ->> 'rate_plan',
            now, now);
    perform inventory.change_waiting(of_slot, quantity);
    -- What is too little for those in front may be enough for this one. It is set aside at once, so that nobody
    -- overtakes, and nothing else would bring the offer about.
    if quantity <= free + (queue ->> 'set_aside')::integer then
        if free > 0 then
            perform inventory.move(
                array[null::uuid], array[of_slot], array[least(quantity, free)], 'available', 'aside');
        end if;
        perform pgmq.send('waitlist', jsonb_build_object('slot_id', of_slot));
    end if;
    return jsonb_build_object('id', entry_id, 'refusal', null);
end
$$;
comment on function booking.join_waitlist(jsonb, jsonb) is 'Enters a customer that booking.guard_joining lets pass; the slot is locked exclusively.';
