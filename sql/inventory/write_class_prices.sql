create or replace function inventory.write_class_prices(organiser uuid, slots jsonb) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    with wanted as (
        select (s ->> 'id')::uuid as slot_id, p.price_class, p.price_minor
        from jsonb_array_elements(slots) s
        cross join lateral jsonb_to_recordset(coalesce(nullif(s -> 'class_prices', 'null'), '[]')) p (
            price_class text, price_minor bigint)
    ), gone as (
        delete from inventory.class_price c
        where c.organiser_id = organiser and c.slot_id in (select (s ->> 'id')::uuid from jsonb_array_elements(slots) s)
          and not exists (select from wanted w where w.slot_id = c.slot_id and w.price_class = c.price_class)
        returning c.slot_id
    ), priced as (
        insert into inventory.class_price as c (organiser_id, slot_id, price_class, price_minor)
        select organiser, w.slot_id, w.price_class, w.price_minor from wanted w
        on conflict (organiser_id, slot_id, price_class) do update set price_minor = excluded.price_minor
        where c.price_minor <> excluded.price_minor
        returning c.slot_id
    )
    update inventory.slot s
    set version = s.version + 1, updated_at = clock_timestamp()
    where s.organiser_id = organiser and s.id in (select g.slot_id from gone g union select p.slot_id from priced p)
      and not slots @> jsonb_build_array(jsonb_build_object('id', s.id, 'is_new', true));
end
$$;
comment on function inventory.write_class_prices(uuid, jsonb) is 'Makes the class prices of locked slots exactly these: [{id, is_new, class_prices}]. A change of prices is a change of the slot.';
