create or replace function booking.offer_places(batch jsonb) returns setof jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    handled integer := 0;
    message record;
    slot_ids uuid[] := '{}';
    offers jsonb;
    of_slot uuid;
begin
    -- Messages come last in the lock order, and are touched first here: nobody waits for one, `read` skips what is
    -- locked. They are gone in this same transaction or visible again with it, so that no fence is needed.
    for message in select m.msg_id, m.message, m.message ->> 'slot_id' as slot_id
                   from pgmq.read('waitlist', 30, batch::integer) m loop
        handled := handled + 1;
        if message.slot_id is null or not saga.is_uuid(message.slot_id) then
            -- Parked where an operator finds it; the others go on.
            perform saga.park('waitlist', message.msg_id, message.message, 'It names no slot.');
        else
            perform pgmq.delete('waitlist', message.msg_id);
            slot_ids := slot_ids || message.slot_id::uuid;
        end if;
    end loop;
    if handled = 0 then
        slot_ids := booking.stalled_queues(batch::integer);
        handled := cardinality(slot_ids);
    end if;

    -- The customers' limits come before the slots; whoever stands in the queue now and not then is for the next round.
    offers := booking.draft_offers(slot_ids);
    perform booking.lock_limits(offers, array_fill(null::jsonb, array[jsonb_array_length(offers)]));
    perform inventory.lock_slots_exclusively(slot_ids);
    for of_slot in select distinct s from unnest(slot_ids) s order by s loop
        begin
            if not booking.serve_queue(of_slot, offers) then
                perform pgmq.send('waitlist', jsonb_build_object('slot_id', of_slot));
            end if;
        exception when others then
            -- One slot that can't be served keeps no other waiting; it is tried again later.
            raise warning 'the queue of slot % could not be served: % (%)', of_slot, sqlerrm, sqlstate;
            perform pgmq.send('waitlist', jsonb_build_object('slot_id', of_slot), 30);
        end;
    end loop;
    return next to_jsonb(handled);
end
$$;
comment on function booking.offer_places(jsonb) is 'Offers places that came back to those who wait for them, in the slots of at most `batch` messages; gives how many it handled.';
grant execute on function booking.offer_places(jsonb) to holdfast_worker;
