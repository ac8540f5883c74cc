create or replace function inventory.slot_document(s inventory.slot) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
    aside integer := s.set_aside;
    free integer := s.capacity - s.taken - s.set_aside;
    changes bigint := 0;
begin
    if s.admission = 'SEATED' then
        select count(*) filter (where t.booking_id is null and not t.set_aside), count(*) filter (where t.set_aside),
               coalesce(sum(t.changes), 0)
        into free, aside, changes from inventory.seat t where t.slot_id = s.id;
    end if;
    return (
        select jsonb_build_object(
            'id', s.id, 'organiser_id', s.organiser_id, 'listing_id', s.listing_id, 'starts_at', s.starts_at,
            'ends_at', s.ends_at, 'price_minor', s.price_minor, 'currency', l.currency, 'admission', s.admission,
            'state', s.state, 'venue_plan_id', s.venue_plan_id, 'sale_opens_at', w.opens_at,
            'sale_closes_at', w.closes_at, 'capacity', s.capacity, 'taken', s.capacity - free - aside,
            'set_aside', aside, 'waiting', s.waiting,
            -- A hold past its end counts no longer, whether or not somebody has expired it yet; who waits comes first.
            'available', free + case when s.waiting > 0 or free + aside = s.capacity then 0
                else booking.lapsed_places(s.id) end,
            'class_prices', (
                select coalesce(jsonb_agg(
                    jsonb_build_object('price_class', p.key, 'price_minor', p.value) order by p.key), '[]')
                from jsonb_each(inventory.class_prices_of(s)) p),
            'version', s.version,
            -- The row of a seated slot does not move with its sales.
            'availability_version', s.version + changes)
        from inventory.listing l
        cross join lateral inventory.sale_window(s, l) w
        where l.organiser_id = s.organiser_id and l.id = s.listing_id);
end
$$;
comment on function inventory.slot_document(inventory.slot) is 'A slot as the API reads it; `available` is what the next sale may take.';
grant execute on function inventory.slot_document(inventory.slot) to holdfast_reader;
