create or replace function booking.stalled_queues(batch integer) returns uuid[]
language plpgsql volatile security definer set search_path = '' as $$
declare
    queues uuid[];
begin
    -- From one queue to the next: one probe of an index each, however many wait in it.
    with recursive queue as (
        (select e.slot_id from booking.waitlist_entry e where e.status = 'WAITING' order by e.slot_id limit 1)
        union all
        select (select e.slot_id from booking.waitlist_entry e
                where e.status = 'WAITING' and e.slot_id > q.slot_id order by e.slot_id limit 1)
        from queue q where q.slot_id is not null
    )
    select array_agg(q.slot_id) into queues from queue q where q.slot_id is not null;
    if queues is null then
        return '{}';
    end if;

    return array(
        select q.slot_id from inventory.queues(queues) q
        where (q.sale = 'OVER'
               or q.sale = 'OPEN' and exists (
                   select from booking.waitlist_entry e
                   where e.slot_id = q.slot_id and e.status = 'WAITING' and e.quantity <= q.free + q.set_aside))
          and not exists (select from pgmq.q_waitlist m where m.message ->> 'slot_id' = q.slot_id::text)
        limit batch);
end
$$;
comment on function booking.stalled_queues(integer) is 'Queues that should move and have no message that will move them, at most `batch`. Places that come back always bring their message along, in the same transaction; but no transaction happens when a sale ends, or opens again after it was put off, and an entry outlives whatever an operator does to the queue by hand.';
