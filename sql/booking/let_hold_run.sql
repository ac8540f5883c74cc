create or replace function booking.let_hold_run(booking_id uuid) returns void
language sql volatile security definer set search_path = '' as $$
    update booking.booking b set expire_due_at = b.hold_expires_at
    where b.id = let_hold_run.booking_id and b.status = 'PENDING'
$$;
comment on function booking.let_hold_run(uuid) is 'Ends the suspension of a hold: no payment operation is open any more.';
