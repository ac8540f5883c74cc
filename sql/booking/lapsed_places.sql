create or replace function booking.lapsed_places(slot_id uuid) returns integer
language plpgsql stable security definer set search_path = '' as $$
declare
    lapsed constant uuid[] := booking.lapsed_on(array[slot_id]);
begin
    if lapsed is null then
        return 0;
    end if;
    return coalesce((
        select sum(l.quantity)::integer from booking.line l
        where l.booking_id = any (lapsed) and l.slot_id = lapsed_places.slot_id and l.active), 0);
end
$$;
comment on function booking.lapsed_places(uuid) is 'Places of a slot whose hold is past its end and has not been expired yet: at the next sale they are free.';
grant execute on function booking.lapsed_places(uuid) to holdfast_reader;
