create or replace function booking.give_up_changes(batch jsonb) returns setof jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    now constant timestamptz := clock_timestamp();
    candidates uuid[];
    due uuid;
    given_up integer := 0;
begin
    candidates := array(
        select c.booking_id from booking.change c
        where c.state = 'UNDER_WAY' and c.due_at <= now order by c.due_at limit batch::integer);
    perform booking.lock_with_slots(candidates);
    for due in
        select c.booking_id from booking.change c
        where c.booking_id = any (candidates) and c.state = 'UNDER_WAY' and c.due_at <= clock_timestamp()
        order by c.booking_id
    loop
        begin
            perform booking.fail_change(due, 'timed_out');
            -- The gateway is still at it: what it did is let go of when it has answered.
            perform saga.unwind(array[due]);
            given_up := given_up + 1;
        exception when serialization_failure or deadlock_detected or lock_not_available then
            raise;
        when others then
            -- One that can't be given up keeps no other waiting; it is tried again with the next sweep.
            raise warning 'the change of booking % could not be given up: % (%)', due, sqlerrm, sqlstate;
        end;
    end loop;
    return next to_jsonb(given_up);
end
$$;
comment on function booking.give_up_changes(jsonb) is 'Gives up changes whose charge did not come in time, at most `batch` of them; gives their number.';
grant execute on function booking.give_up_changes(jsonb) to holdfast_worker;
