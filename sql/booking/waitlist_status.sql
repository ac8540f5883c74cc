create or replace function booking.waitlist_status(entry booking.waitlist_entry) returns text
language plpgsql stable set search_path = '' as $$
begin
    if entry.status <> 'OFFERED' then
        return entry.status;
    end if;
    return (
        select case b.status when 'PENDING' then 'OFFERED' when 'CANCELLED' then 'LAPSED' else 'ACCEPTED' end
        from booking.booking b
        where b.organiser_id = entry.organiser_id and b.id = entry.booking_id);
end
$$;
comment on function booking.waitlist_status(booking.waitlist_entry) is 'Where an entry of the waiting list stands, as it is shown: what became of an offer is what became of its booking.';
grant execute on function booking.waitlist_status(booking.waitlist_entry) to holdfast_reader;
