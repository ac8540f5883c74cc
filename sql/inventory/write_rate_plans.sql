create or replace function inventory.write_rate_plans(organiser uuid, listing uuid, plans jsonb) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    -- Lines sold keep their own snapshot, so that a plan may go. Its policies stay: should it come back, their count
    -- goes on where it stopped, and a version never means two things.
    delete from inventory.rate_plan r
    where r.organiser_id = organiser and r.listing_id = listing
      and not exists (select from jsonb_array_elements(plans) p where p ->> 'code' = r.code);

    with draft as (
        select p.value ->> 'code' as code, p.n as nth, p.value ->> 'name' as name,
               (p.value ->> 'price_percent')::integer as price_percent,
               coalesce((
                   select jsonb_agg(jsonb_build_object(
                       'hours_before_start', s -> 'hours_before_start', 'refund_percent', s -> 'refund_percent',
                       'fee_minor', coalesce((s ->> 'fee_minor')::bigint, 0))
                       order by (s ->> 'hours_before_start')::integer desc)
                   from jsonb_array_elements(p.value -> 'policy') s), '[]') as steps
        from jsonb_array_elements(plans) with ordinality p (value, n)
    ), numbered as (
        select d.*, coalesce(latest.version + (latest.steps <> d.steps)::integer, 1) as policy_version
        from draft d
        left join lateral (
            select p.version, p.steps from inventory.policy p
            where p.organiser_id = organiser and p.listing_id = listing and p.rate_plan = d.code
            order by p.version desc limit 1
        ) latest on true
    ), remembered as (
        insert into inventory.policy (organiser_id, listing_id, rate_plan, version, steps)
        select organiser, listing, n.code, n.policy_version, n.steps from numbered n
        on conflict (organiser_id, listing_id, rate_plan, version) do nothing
    )
    insert into inventory.rate_plan (organiser_id, listing_id, code, position, name, price_percent, policy_version,
                                     policy)
    select organiser, listing, n.code, n.nth, n.name, n.price_percent, n.policy_version, n.steps
    from numbered n
    on conflict (organiser_id, listing_id, code) do update
    set position = excluded.position, name = excluded.name, price_percent = excluded.price_percent,
        policy_version = excluded.policy_version, policy = excluded.policy;
end
$$;
comment on function inventory.write_rate_plans(uuid, uuid, jsonb) is 'Makes the rate plans of a locked listing exactly these. A policy''s steps are kept in the order in which their deadlines pass; each change of them is a new version, and every version is remembered.';
