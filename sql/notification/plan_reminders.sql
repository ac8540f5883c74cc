create or replace function notification.plan_reminders(argument jsonb) returns setof jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    told jsonb;
begin
    with ending as (
        select h.* from booking.holds_ending(clock_timestamp() + interval '1 minute', (argument ->> 'batch')::integer) h
    ), first as (
        insert into notification.reminder (organiser_id, booking_id, hold_expires_at)
        select e.organiser_id, e.booking_id, e.hold_expires_at from ending e order by e.booking_id
        on conflict (booking_id, hold_expires_at) do nothing
        returning booking_id, hold_expires_at
    )
    select jsonb_agg(jsonb_build_object(
        'event_id', e.booking_id || '.hold.' || extract(epoch from e.hold_expires_at)::bigint,
        'message', 'HOLD_ENDING', 'document', e.document))
    into told
    from ending e join first f using (booking_id, hold_expires_at);
    perform notification.plan_deliveries(coalesce(told, '[]'));
    return query select jsonb_build_object('planned', coalesce(jsonb_array_length(told), 0));
end
$$;
comment on function notification.plan_reminders(jsonb) is 'Plans word to up to {batch} customers whose hold ends within a minute; once for each end. Gives {planned}.';
grant execute on function notification.plan_reminders(jsonb) to holdfast_worker;
