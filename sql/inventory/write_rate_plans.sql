create or replace function inventory.write_rate_plans(organiser uuid, listing uuid, plans jsonb) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    -- Lines sold keep their own snapshot, so that a plan may go.
    delete from inventory.rate_plan r
    where r.organiser_id = organiser and r.listing_id = listing
      and not exists (select from jsonb_array_elements(plans) p where p ->> 'code' = r.code);

    insert into inventory.rate_plan as r (organiser_id, listing_id, code, position, name, price_percent, policy)
    select organiser, listing, p.value ->> 'code', p.n, p.value ->> 'name', (p.value ->> 'price_percent')::integer,
           coalesce((
               select jsonb_agg(jsonb_build_object('hours_before_start', s -> 'hours_before_start',
                                                   'refund_percent', s -> 'refund_percent')
                                order by (s ->> 'hours_before_start')::integer desc)
               from jsonb_array_elements(p.value -> 'policy') s), '[]')
    from jsonb_array_elements(plans) with ordinality p (value, n)
    on conflict (organiser_id, listing_id, code) do update
    set position = excluded.position, name = excluded.name, price_percent = excluded.price_percent,
        policy_version = r.policy_version + (r.policy <> excluded.policy)::integer, policy = excluded.policy;
end
$$;
comment on function inventory.write_rate_plans(uuid, uuid, jsonb) is 'Makes the rate plans of a listing exactly these. A policy''s steps are kept in the order in which their deadlines pass.';
