create or replace function booking.extensions_left(b booking.booking) returns integer
language plpgsql stable set search_path = '' as $$
begin
    if b.status <> 'PENDING' then
        return 0;
    end if;
    -- Listing by listing: a plan for an array would be made anew for each booking.
    return greatest(0, (
        select min(inventory.hold_extensions(l.listing_id)) from booking.line l
        where l.organiser_id = b.organiser_id and l.booking_id = b.id) - b.extensions);
end
$$;
comment on function booking.extensions_left(booking.booking) is 'How often the hold of a booking may still be extended: by the strictest of its listings, and never once it is no longer pending.';
grant execute on function booking.extensions_left(booking.booking) to holdfast_reader;
