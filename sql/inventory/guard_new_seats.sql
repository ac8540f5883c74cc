create or replace function inventory.guard_new_seats(command jsonb, target inventory.listing) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
    return (
        select holdfast.refuse('INVALID_INPUT', 'A call makes at most 500000 seats.', array['slots'])
        from jsonb_array_elements(command -> 'slots') d
        join inventory.venue_plan v on v.organiser_id = target.organiser_id and v.id = (d ->> 'venue_plan_id')::uuid
        where not exists (
            select from inventory.slot s
            where s.organiser_id = target.organiser_id and s.listing_id = target.id
              and s.starts_at = (d ->> 'starts_at')::timestamptz and s.ends_at = (d ->> 'ends_at')::timestamptz)
        having sum(v.seats) > 500000);
end
$$;
comment on function inventory.guard_new_seats(jsonb, inventory.listing) is 'Keeps one call from copying more seats than can be written in its time.';
