create or replace function inventory.write_slots(command jsonb, target inventory.listing) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    written record;
begin
    with draft as (
        -- A slot named twice in one call is written once, as it was named last.
        select distinct on (d.starts_at, d.ends_at) d.*
        from jsonb_array_elements(command -> 'slots') with ordinality e (value, n)
        cross join lateral jsonb_to_record(e.value) d (
            starts_at timestamptz, ends_at timestamptz, price_minor bigint, capacity integer, venue_plan_id uuid,
            sale_opens_at timestamptz, sale_closes_at timestamptz, class_prices jsonb)
        order by d.starts_at, d.ends_at, e.n desc
    ), planned as (
        select d.*, k.id as known_id, k.capacity as known_capacity, coalesce(k.capacity, d.capacity, v.seats) as seats
        from draft d
        left join inventory.slot k on k.organiser_id = target.organiser_id and k.listing_id = target.id
                                  and k.starts_at = d.starts_at and k.ends_at = d.ends_at
        left join inventory.venue_plan v on v.organiser_id = target.organiser_id and v.id = d.venue_plan_id
    ), upserted as (
        insert into inventory.slot as s (organiser_id, id, listing_id, starts_at, ends_at, price_minor, capacity,
                                         admission, venue_plan_id, sale_opens_at, sale_closes_at)
        select target.organiser_id, holdfast.uuid_v7(), target.id, p.starts_at, p.ends_at, p.price_minor,
               coalesce(p.capacity, p.seats), case when p.venue_plan_id is null then 'QUOTA' else 'SEATED' end,
               p.venue_plan_id, p.sale_opens_at, p.sale_closes_at
        from planned p
        on conflict (organiser_id, listing_id, starts_at, ends_at) do update
        set price_minor = excluded.price_minor, capacity = excluded.capacity, sale_opens_at = excluded.sale_opens_at,
            sale_closes_at = excluded.sale_closes_at,
            -- A write that changes nothing leaves the version alone.
            version = s.version + (
                (s.price_minor, s.capacity, s.sale_opens_at, s.sale_closes_at) is distinct from
                (excluded.price_minor, excluded.capacity, excluded.sale_opens_at, excluded.sale_closes_at))::integer,
            updated_at = clock_timestamp()
        returning s.id, s.starts_at, s.ends_at, s.capacity
    )
    select array_agg(u.id order by u.starts_at, u.id) as ids,
           array_agg(u.capacity - coalesce(p.known_capacity, 0) order by u.starts_at, u.id) as added,
           array_agg(u.id) filter (where p.known_id is null and p.venue_plan_id is not null) as seatless,
           jsonb_agg(jsonb_build_object('id', u.id, 'is_new', p.known_id is null, 'class_prices', p.class_prices))
               filter (where p.venue_plan_id is not null) as prices
    into written
    from upserted u join planned p on p.starts_at = u.starts_at and p.ends_at = u.ends_at;

    perform inventory.write_class_prices(target.organiser_id, written.prices);
    perform inventory.copy_seats(written.seatless);
    perform inventory.change_capacity(written.ids, written.added);
    return jsonb_build_object('id', target.id, 'ids', to_jsonb(written.ids), 'refusal', null);
end
$$;
comment on function inventory.write_slots(jsonb, inventory.listing) is 'Writes slots that inventory.guard_slots lets pass.';
