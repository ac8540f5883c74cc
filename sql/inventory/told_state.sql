create or replace function inventory.told_state(s inventory.slot) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
    taken integer := s.taken;
    aside integer := s.set_aside;
begin
    if s.admission = 'SEATED' then
        select count(*) filter (where t.booking_id is not null), count(*) filter (where t.set_aside)
        into taken, aside from inventory.seat t where t.slot_id = s.id;
    end if;
    return (
        select jsonb_build_object(
            'listing_id', s.listing_id, 'version', s.version, 'starts_at', s.starts_at, 'ends_at', s.ends_at,
            'state', s.state, 'admission', s.admission,
            'price', jsonb_build_object('amount_minor', s.price_minor, 'currency', l.currency),
            'capacity', s.capacity, 'taken', taken, 'set_aside', aside, 'waiting', s.waiting)
        from inventory.listing l
        where l.organiser_id = s.organiser_id and l.id = s.listing_id);
end
$$;
comment on function inventory.told_state(inventory.slot) is 'A slot as the outside is told of it: counts, and nothing that changes by the clock alone.';
