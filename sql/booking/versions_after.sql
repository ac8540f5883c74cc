create or replace function booking.versions_after(after uuid, page integer)
returns table (organiser_id uuid, id uuid, version integer)
language plpgsql stable security definer set search_path = '' as $$
begin
    return query
    select b.organiser_id, b.id, b.version from booking.booking b where b.id > after order by b.id limit page;
end
$$;
comment on function booking.versions_after(uuid, integer) is 'A page of bookings by id, each with its version.';
