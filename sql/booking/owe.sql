create or replace function booking.owe(booking_id uuid, total_minor bigint, owed_minor bigint) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
    update booking.booking b set total_minor = owe.total_minor, owed_minor = owe.owed_minor where b.id = owe.booking_id;
end
$$;
comment on function booking.owe(uuid, bigint, bigint) is 'Sets what the lines of a locked booking cost and what its customer owes; the event that says why is written along with it.';
