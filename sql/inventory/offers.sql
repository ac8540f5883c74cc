create or replace function inventory.offers(slot_ids uuid[])
returns table (
    slot_id uuid, place integer, organiser_id uuid, listing_id uuid, starts_at timestamptz, sale_opens_at timestamptz,
    price_minor bigint, free integer, currency text, hold_seconds integer, plans jsonb)
language sql stable security definer set search_path = '' as $$
    select s.id, (row_number() over (order by s.id))::integer, s.organiser_id, s.listing_id, s.starts_at,
           s.starts_at - make_interval(days => l.sales_window_days),
           s.price_minor, s.capacity - s.taken, l.currency, l.hold_seconds, p.plans
    from inventory.slot s
    join inventory.listing l on l.organiser_id = s.organiser_id and l.id = s.listing_id
    cross join lateral (
        select jsonb_agg(to_jsonb(r) - 'organiser_id' - 'listing_id' order by r.position) as plans
        from inventory.rate_plan r
        where r.organiser_id = s.organiser_id and r.listing_id = s.listing_id
    ) p
    where s.id = any (slot_ids)
$$;
comment on function inventory.offers(uuid[]) is 'What is for sale in these slots: free places, price and rate plans. `place` numbers them from 1 by id.';
