create or replace function inventory.queues(slot_ids uuid[])
returns table (
    slot_id uuid, organiser_id uuid, listing_id uuid, sale text, free integer, set_aside integer, waiting integer,
    largest_party integer, offer_seconds integer, rate_plans text[])
language plpgsql stable security definer set search_path = '' as $$
declare
    now constant timestamptz := clock_timestamp();
begin
    return query
    select s.id, s.organiser_id, s.listing_id,
           case when s.state = 'CANCELLED' or now >= least(w.closes_at, s.starts_at) then 'OVER'
                when now < w.opens_at then 'AHEAD'
                else 'OPEN' end,
           p.free, p.set_aside, s.waiting,
           -- Who has no limit may still not wait for half the house.
           least(coalesce(least(l.limit_per_slot, l.limit_per_customer), 10), 1000, s.capacity),
           l.offer_seconds,
           array(select r.code from inventory.rate_plan r
                 where r.organiser_id = l.organiser_id and r.listing_id = l.id)
    from inventory.slot s
    join inventory.listing l on l.organiser_id = s.organiser_id and l.id = s.listing_id
    cross join lateral inventory.sale_window(s, l) w
    cross join lateral (
        select s.capacity - s.taken - s.set_aside as free, s.set_aside where s.admission = 'QUOTA'
        union all
        select count(*) filter (where not t.set_aside)::integer, count(*) filter (where t.set_aside)::integer
        from inventory.seat t
        where s.admission = 'SEATED' and t.slot_id = s.id and t.booking_id is null
        having s.admission = 'SEATED'
    ) p
    where s.id = any (slot_ids)
    order by s.id;
end
$$;
comment on function inventory.queues(uuid[]) is 'What the waiting list has to know of slots: whether their sale is AHEAD, OPEN or OVER, places free to everybody and set aside, how many are waited for, and the most that one customer may wait for.';
