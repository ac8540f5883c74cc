create or replace function saga.is_cancellable(target saga.saga) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
    -- A refund is owed, and places that are taken off sale stay so: only what goes forward can be turned round.
    return target.kind in ('booking', 'reschedule') and target.state in ('WAITING', 'RUNNING')
        and case target.kind when 'reschedule' then booking.has_change(target.booking_id)
                             else booking.status_of(target.booking_id) in ('PENDING', 'CONFIRMED') end;
end
$$;
comment on function saga.is_cancellable(saga.saga) is 'Whether an operator may turn a saga round: one that goes forward, for a booking or a change that still stands.';
