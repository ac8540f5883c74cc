create or replace function inventory.listing_document(l inventory.listing) returns jsonb
language sql stable set search_path = '' as $$
    select jsonb_build_object(
        'id', l.id, 'organiser_id', l.organiser_id, 'slug', l.slug, 'title', l.title, 'description', l.description,
        'time_zone', l.time_zone, 'currency', l.currency, 'hold_seconds', l.hold_seconds,
        'hold_extensions', l.hold_extensions, 'offer_seconds', l.offer_seconds,
        'sales_window_days', l.sales_window_days, 'sales_close_minutes', l.sales_close_minutes,
        'limit_per_customer', l.limit_per_customer, 'limit_per_slot', l.limit_per_slot,
        'version', l.version, 'rate_plans', (
            select jsonb_agg(jsonb_build_object(
                'code', r.code, 'name', r.name, 'price_percent', r.price_percent,
                'policy_version', r.policy_version, 'policy', r.policy) order by r.position)
            from inventory.rate_plan r where r.organiser_id = l.organiser_id and r.listing_id = l.id))
$$;
comment on function inventory.listing_document(inventory.listing) is 'A listing as the API reads it, with its rate plans.';
grant execute on function inventory.listing_document(inventory.listing) to holdfast_reader;
