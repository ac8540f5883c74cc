create or replace function inventory.write_listing(command jsonb, organiser uuid) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    known inventory.listing;
    written uuid;
begin
    select * into known from inventory.listing l where l.slug = command ->> 'slug' for update;
    if known.id is not null and known.organiser_id <> organiser then
        return holdfast.refuse('INVALID_INPUT', 'This slug is taken.', array['slug']);
    elsif known.id is not null and (command ->> 'expected_version')::integer <> known.version then
        return holdfast.refuse('STALE_VERSION', format('The listing is at version %s.', known.version),
            array['expectedVersion'], known.id);
    elsif known.currency <> command ->> 'currency'
          and exists (select from inventory.slot s where s.organiser_id = organiser and s.listing_id = known.id) then
        return holdfast.refuse('CURRENCY_MISMATCH', format('The slots of this listing are priced in %s.', known.currency),
            array['currency'], known.id);
    end if;

    insert into inventory.organiser (id) values (organiser) on conflict (id) do nothing;
    insert into inventory.listing as l (
        organiser_id, id, slug, title, description, time_zone, currency, hold_seconds, hold_extensions, offer_seconds,
        sales_window_days, sales_close_minutes, limit_per_customer, limit_per_slot)
    select organiser, holdfast.uuid_v7(), d.slug, d.title, d.description, d.time_zone, d.currency, d.hold_seconds,
           coalesce(d.hold_extensions, 1), coalesce(d.offer_seconds, 900), d.sales_window_days,
           coalesce(d.sales_close_minutes, 0), d.limit_per_customer, d.limit_per_slot
    from jsonb_to_record(command) d (
        slug text, title text, description text, time_zone text, currency text, hold_seconds integer,
        hold_extensions integer, offer_seconds integer, sales_window_days integer, sales_close_minutes integer,
        limit_per_customer integer, limit_per_slot integer)
    on conflict (slug) do update
    set title = excluded.title, description = excluded.description, time_zone = excluded.time_zone,
        currency = excluded.currency, hold_seconds = excluded.hold_seconds,
        hold_extensions = excluded.hold_extensions, offer_seconds = excluded.offer_seconds,
        sales_window_days = excluded.sales_window_days, sales_close_minutes = excluded.sales_close_minutes,
        limit_per_customer = excluded.limit_per_customer, limit_per_slot = excluded.limit_per_slot,
        version = l.version + 1, updated_at = clock_timestamp()
    where l.organiser_id = organiser
    returning l.id into written;
    if written is null then
        -- Another organiser took the slug between the look and the insert.
        return holdfast.refuse('INVALID_INPUT', 'This slug is taken.', array['slug']);
    end if;
    perform inventory.write_rate_plans(organiser, written, command -> 'rate_plans');
    return jsonb_build_object('id', written, 'refusal', null);
end
$$;
comment on function inventory.write_listing(jsonb, uuid) is 'Writes one listing that inventory.guard_listing lets pass.';
