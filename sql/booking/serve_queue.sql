create or replace function booking.serve_queue(of_slot uuid, offers jsonb) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
declare
    queue record;
    entry booking.waitlist_entry;
    offer jsonb;
    spare integer; -- places that the next in line may have
    kept integer;
    done boolean := true;
begin
    select * into queue from inventory.queues(array[of_slot]);
    if queue.sale = 'OVER' then
        perform booking.close_queue(of_slot, 'SALES_CLOSED');
    end if;
    if queue.sale is distinct from 'OPEN' then
        return true;
    end if;

    spare := queue.free + queue.set_aside;
    if not exists (select from booking.waitlist_entry e
                   where e.slot_id = of_slot and e.status = 'WAITING' and e.quantity <= spare) then
        perform booking.trim_set_aside(of_slot);
        return true;
    end if;

    -- What is set aside is opened while the slot is locked against everybody, served from the front of the queue, and
    -- what is left of it set aside again. Places free to everybody fill up what a large party lacks.
    if queue.set_aside > 0 then
        perform inventory.move(array[null::uuid], array[of_slot], array[queue.set_aside], 'aside', 'available');
    end if;
    for entry in select * from booking.waitlist_entry e
                 where e.slot_id = of_slot and e.status = 'WAITING' and e.quantity <= spare
                 order by e.joined_at, e.id loop
        -- One pass is fair: what did not fit then fits less now.
        continue when entry.quantity > spare;
        offer := (select o from jsonb_array_elements(offers) o where o ->> 'key' = 'offer-' || entry.id);
        done := offer is not null;
        exit when not done;
        if booking.place_offer(entry, offer) then
            spare := spare - entry.quantity;
        end if;
    end loop;

    kept := least(queue.set_aside - (queue.free + queue.set_aside - spare),
                  (select q.waiting from inventory.queues(array[of_slot]) q));
    if kept > 0 then
        perform inventory.move(array[null::uuid], array[of_slot], array[kept], 'available', 'aside');
    end if;
    return done;
end
$$;
comment on function booking.serve_queue(uuid, jsonb) is 'Makes the offers that the free places of an exclusively locked slot allow, in the order of joining, each whole or not at all. False when somebody''s turn has come who is not among `offers`.';
