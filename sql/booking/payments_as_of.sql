create or replace function booking.payments_as_of(b booking.booking, at_version integer, payments jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
    moved jsonb := '{}';
    e booking.event;
begin
    for e in
        select n.* from booking.event n
        where n.organiser_id = b.organiser_id and n.booking_id = b.id and n.version <= at_version
        order by n.version
    loop
        moved := booking.payments_after(moved, e);
    end loop;
    return booking.payments_at(payments, moved, b.status);
end
$$;
comment on function booking.payments_as_of(booking.booking, integer, jsonb) is 'The payments of a booking as they were at a version: `b` is the booking as it was then, `payments` are those of today.';
grant execute on function booking.payments_as_of(booking.booking, integer, jsonb) to holdfast_reader;
