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
    insert into inventory.listing as l (organiser_id, id, slug, title, description, time_zone, currency, hold_seconds,
                                        sales_window_days)
    values (organiser, holdfast.uuid_v7(), command ->> 'slug', command ->> 'title', command ->> 'description',
            command ->> 'time_zone', command ->> 'currency', (command ->> 'hold_seconds')::integer,
            (command ->> 'sales_window_days')::integer)
    on conflict (slug) do update
    set title = excluded.title, description = excluded.description, time_zone = excluded.time_zone,
        currency = excluded.currency, hold_seconds = excluded.hold_seconds,
        sales_window_days = excluded.sales_window_days, version = l.version + 1, updated_at = clock_timestamp()
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
