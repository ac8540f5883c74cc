create or replace function booking.give_up_changes(batch jsonb) returns setof jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    now constant timestamptz := clock_timestamp();
    candidates uuid[];
    due uuid[];
begin
    candidates := array(
        select c.booking_id from booking.change c
        where c.state = 'UNDER_WAY' and c.due_at <= now order by c.due_at limit batch::integer);
    perform booking.lock_with_slots(candidates);
    due := array(
        select c.booking_id from booking.change c
        where c.booking_id = any (candidates) and c.state = 'UNDER_WAY' and c.due_at <= clock_timestamp());
    perform booking.fail_change(d, 'timed_out') from unnest(due) d;
    -- The gateway is still at it: what it did is let go of when it has answered.
    perform saga.unwind(due);
    return next to_jsonb(cardinality(due));
end
$$;
comment on function booking.give_up_changes(jsonb) is 'Gives up changes whose charge did not come in time, at most `batch` of them; gives their number.';
grant execute on function booking.give_up_changes(jsonb) to holdfast_worker;
