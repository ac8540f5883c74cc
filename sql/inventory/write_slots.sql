create or replace function inventory.write_slots(command jsonb, target inventory.listing) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    ids uuid[];
begin
    with draft as (
        -- A slot named twice in one call is written once, as it was named last.
        select distinct on (d.starts_at, d.ends_at) d.*
        from jsonb_array_elements(command -> 'slots') with ordinality e (value, n)
        cross join lateral jsonb_to_record(e.value) d (
            starts_at timestamptz, ends_at timestamptz, price_minor bigint, capacity integer)
        order by d.starts_at, d.ends_at, e.n desc
    ), written as (
        insert into inventory.slot as s (organiser_id, id, listing_id, starts_at, ends_at, price_minor, capacity)
        select target.organiser_id, holdfast.uuid_v7(), target.id, d.starts_at, d.ends_at, d.price_minor, d.capacity
        from draft d
        on conflict (organiser_id, listing_id, starts_at, ends_at) do update
        set price_minor = excluded.price_minor, capacity = excluded.capacity,
            -- A write that changes nothing leaves the version alone.
            version = s.version
                + ((s.price_minor, s.capacity) <> (excluded.price_minor, excluded.capacity))::integer,
            updated_at = clock_timestamp()
        returning s.id, s.starts_at
    )
    select array_agg(w.id order by w.starts_at, w.id) into ids from written w;
    return jsonb_build_object('id', target.id, 'ids', to_jsonb(ids), 'refusal', null);
end
$$;
comment on function inventory.write_slots(jsonb, inventory.listing) is 'Writes slots that inventory.guard_slots lets pass.';
