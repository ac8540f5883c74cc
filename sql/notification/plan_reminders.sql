create or replace function notification.plan_reminders(argument jsonb) returns setof jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
    page constant integer := (argument ->> 'batch')::integer;
    ending jsonb;
    told jsonb;
begin
    select jsonb_agg(to_jsonb(h) order by h.hold_expires_at, h.booking_id) into ending
    from booking.holds_ending(
        clock_timestamp() + interval '1 minute',
        coalesce((argument #>> '{after,hold_expires_at}')::timestamptz, '-infinity'),
        coalesce((argument #>> '{after,booking_id}')::uuid, '00000000-0000-0000-0000-000000000000'), page) h;
    -- Most of a page was reminded in an earlier look: only of the others is it asked what to tell.
    with first as (
        insert into notification.reminder (organiser_id, booking_id, hold_expires_at)
        select e.organiser_id, e.booking_id, e.hold_expires_at
        from jsonb_to_recordset(ending) e (organiser_id uuid, booking_id uuid, hold_expires_at timestamptz)
        order by e.booking_id
        on conflict (booking_id, hold_expires_at) do nothing
        returning booking_id, hold_expires_at
    )
    select jsonb_object_agg(f.booking_id, f.hold_expires_at) into told from first f;
    if told is not null then
        perform notification.plan_deliveries(jsonb_agg(jsonb_build_object(
            'event_id', l.booking_id || '.hold.' || extract(epoch from (told ->> l.booking_id::text)::timestamptz)::bigint,
            'message', 'HOLD_ENDING', 'document', l.document)))
        from booking.last_events(array(select jsonb_object_keys(told)::uuid)) l
        where l.document ->> 'parked' is null
        having count(*) > 0;
    end if;
    return query select jsonb_build_object(
        'planned', (select count(*) from jsonb_object_keys(coalesce(told, '{}'))),
        'next', case when jsonb_array_length(ending) = page then (ending -> -1) - 'organiser_id' end);
end
$$;
comment on function notification.plan_reminders(jsonb) is 'Looks at up to {batch} holds that end within a minute, from behind {after} on, and plans word to their customers; once for each end. Gives {planned, next}: where to go on, null at the end.';
grant execute on function notification.plan_reminders(jsonb) to holdfast_worker;
