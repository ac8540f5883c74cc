create or replace function booking.occurred_at(organiser_id uuid, booking_id uuid, version integer) returns timestamptz
language plpgsql stable security definer set search_path = '' as $$
begin
    return (select e.occurred_at from booking.event e
            where e.organiser_id = occurred_at.organiser_id and e.booking_id = occurred_at.booking_id
              and e.version = occurred_at.version);
end
$$;
comment on function booking.occurred_at(uuid, uuid, integer) is 'When an event of a booking happened; null when there is none of this version.';
