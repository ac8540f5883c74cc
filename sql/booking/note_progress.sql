create or replace function booking.note_progress(of_slot uuid) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
declare
    remaining constant integer := cardinality(booking.bookings_in(of_slot));
begin
    update booking.slot_cancellation c
    set cancelled = greatest(c.cancelled, c.bookings - remaining),
        state = case when remaining = 0 then 'DONE' else c.state end,
        ended_at = case when remaining = 0 then clock_timestamp() end
    where c.slot_id = of_slot and c.state = 'RUNNING'
      and (remaining = 0 or c.bookings - remaining > c.cancelled);
    return remaining = 0;
end
$$;
comment on function booking.note_progress(uuid) is 'Writes down how many bookings of a cancelled slot are gone, and that it is done when none is left; gives whether it is.';
