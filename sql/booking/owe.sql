create or replace function booking.owe(
    booking_id uuid, total_minor bigint, owed_minor bigint, more_nonrefundable_minor bigint default 0)
returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    update booking.booking b
    set total_minor = owe.total_minor, owed_minor = owe.owed_minor,
        nonrefundable_minor = least(owe.owed_minor, b.nonrefundable_minor + more_nonrefundable_minor)
    where b.id = owe.booking_id;
end
$$;
comment on function booking.owe(uuid, bigint, bigint, bigint) is 'Sets what the lines of a locked booking cost and what its customer owes; the event that says why is written along with it.';
