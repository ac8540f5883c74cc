create or replace function booking.expire_bookings(booking_ids uuid[], further_slots uuid[] default '{}')
returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
    due jsonb;
begin
    perform booking.lock_with_slots(booking_ids, further_slots);
    select jsonb_agg(jsonb_build_object(
        'booking_id', b.id, 'reason', 'EXPIRED', 'actor_role', 'SYSTEM', 'actor_id', 'hold-expiry', 'owed_minor', 0))
    into due
    from booking.booking b
    where b.id = any (booking_ids) and b.status = 'PENDING' and b.expire_due_at <= clock_timestamp();
    return case when due is null then 0 else booking.cancel_each(due) end;
end
$$;
comment on function booking.expire_bookings(uuid[], uuid[]) is 'Cancels those of these bookings whose hold is really over once they are locked. Locks `further_slots` along with theirs, for a caller that needs them in the same order.';
