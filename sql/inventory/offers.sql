create or replace function inventory.offers(slot_ids uuid[])
returns table (
    slot_id uuid, place integer, organiser_id uuid, listing_id uuid, starts_at timestamptz, state text,
    sale_opens_at timestamptz, sale_closes_at timestamptz, admission text, price_minor bigint, class_prices jsonb,
    free integer, currency text, hold_seconds integer, limit_per_customer integer, limit_per_slot integer, plans jsonb)
language plpgsql stable security definer set search_path = '' as $$
begin
    return query
    with plan as materialized (
        select r.organiser_id, r.listing_id,
               jsonb_agg(jsonb_build_object('code', r.code, 'price_percent', r.price_percent,
                                            'policy_version', r.policy_version, 'policy', r.policy)
                         order by r.position) as plans
        from (select distinct s.organiser_id, s.listing_id from inventory.slot s where s.id = any (slot_ids)) asked
        join inventory.rate_plan r on r.organiser_id = asked.organiser_id and r.listing_id = asked.listing_id
        group by r.organiser_id, r.listing_id
    )
    select s.id, (row_number() over (order by s.id))::integer, s.organiser_id, s.listing_id, s.starts_at, s.state,
           w.opens_at, w.closes_at, s.admission, s.price_minor,
           case when s.admission = 'SEATED' then inventory.class_prices_of(s) end,
           case when s.admission = 'QUOTA' then s.capacity - s.taken - s.set_aside end,
           l.currency, l.hold_seconds, l.limit_per_customer, l.limit_per_slot, p.plans
    -- The listings of the slots, not the slots of the listings: in a young database those are few enough to go through.
    from (select i.* from inventory.slot i where i.id = any (slot_ids) offset 0) s
    join inventory.listing l on l.organiser_id = s.organiser_id and l.id = s.listing_id
    cross join lateral inventory.sale_window(s, l) w
    join plan p on p.organiser_id = s.organiser_id and p.listing_id = s.listing_id;
end
$$;
comment on function inventory.offers(uuid[]) is 'What is for sale in these slots: sale window, free places (null where seats are), prices and rate plans. `place` numbers them from 1 by id.';
