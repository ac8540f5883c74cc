create or replace function inventory.class_prices_of(s inventory.slot) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
    return (
        select coalesce(jsonb_object_agg(p.price_class, p.price_minor), '{}')
        from inventory.class_price p
        where p.organiser_id = s.organiser_id and p.slot_id = s.id);
end
$$;
comment on function inventory.class_prices_of(inventory.slot) is 'What the seats of a slot cost, {price class: minor units}; a class that is not named costs the slot''s price.';
grant execute on function inventory.class_prices_of(inventory.slot) to holdfast_reader;
