create or replace function booking.extend_hold(target booking.booking, command jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    seconds constant integer := inventory.hold_seconds(array(
        select l.listing_id from booking.line l
        where l.organiser_id = target.organiser_id and l.booking_id = target.id));
    ends_at constant timestamptz :=
        greatest(target.hold_expires_at, clock_timestamp() + make_interval(secs => seconds));
    gained constant interval := ends_at - target.hold_expires_at;
begin
    update booking.booking b
    set hold_expires_at = ends_at, auto_cancel_at = b.auto_cancel_at + gained,
        -- A hold whose end is suspended stays so, until the new minute 10: both ends move by as much.
        expire_due_at = b.expire_due_at + gained, extensions = b.extensions + 1
    where b.organiser_id = target.organiser_id and b.id = target.id;
    perform saga.put_off(target.id, target.auto_cancel_at + gained);
    perform booking.record_event(target.id, 'booking.hold_extended', command #>> '{actor,role}',
        command #>> '{actor,subject}',
        jsonb_build_object('holdExpiresAt', ends_at, 'extensions', target.extensions + 1),
        trace => command -> 'trace');
    return jsonb_build_object('id', target.id, 'refusal', null);
end
$$;
comment on function booking.extend_hold(booking.booking, jsonb) is 'Lets the hold of a locked booking end one hold time from now, and never earlier than it would have.';
