create or replace function inventory.offers(slot_ids uuid[])
returns table (
    slot_id uuid, place integer, organiser_id uuid, listing_id uuid, starts_at timestamptz, sale_opens_at timestamptz,
    price_minor bigint, free integer, currency text, hold_seconds integer, plans jsonb)
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
    select s.id, (row_number() over (order by s.id))::integer, s.organiser_id, s.listing_id, s.starts_at,
           s.starts_at - make_interval(days => l.sales_window_days),
           s.price_minor, s.capacity - s.taken, l.currency, l.hold_seconds, p.plans
    from inventory.slot s
    join inventory.listing l on l.organiser_id = s.organiser_id and l.id = s.listing_id
    join plan p on p.organiser_id = s.organiser_id and p.listing_id = s.listing_id
    where s.id = any (slot_ids);
end
$$;
comment on function inventory.offers(uuid[]) is 'What is for sale in these slots: free places, price and rate plans. `place` numbers them from 1 by id.';
