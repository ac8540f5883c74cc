create or replace function booking.write_drafts(commands jsonb, accepted jsonb) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    now constant timestamptz := clock_timestamp();
begin
    if accepted is null then
        return;
    end if;

    insert into booking.booking (
        organiser_id, id, reference, customer_id, key_scope, key, status, currency, total_minor, owed_minor, note,
        hold_expires_at, expire_due_at, auto_cancel_at, version, created_at, updated_at)
    select a.organiser_id, a.id, booking.new_reference(),
           booking.customer_of(c), c #>> '{actor,subject}', c ->> 'key',
           case when a.total_minor = 0 then 'CONFIRMED' else 'PENDING' end,
           a.currency, a.total_minor, a.total_minor, c ->> 'note',
           case when a.total_minor > 0 then now + make_interval(secs => a.hold_seconds) end,
           -- With a payment method its operation is open from now on, and the hold's end is suspended.
           case when a.total_minor > 0 and c ->> 'payment_method' is null
                then now + make_interval(secs => a.hold_seconds)
                when a.total_minor > 0 then holds.auto_cancel_at end,
           holds.auto_cancel_at,
           -- A free booking needs no gateway: it is accepted and confirmed in the same breath, in two events.
           case when a.total_minor = 0 then 2 else 1 end, now, now
    from jsonb_to_recordset(accepted) a (
        ordinal integer, id uuid, organiser_id uuid, currency text, total_minor bigint, hold_seconds integer)
    cross join lateral (select commands -> (a.ordinal - 1)) command (c)
    -- Minute 10; or minute 5 after a hold whose length the command names.
    cross join lateral (select now + case when c ->> 'hold_seconds' is null then interval '10 minutes'
        else make_interval(secs => a.hold_seconds) + interval '5 minutes' end) holds (auto_cancel_at);

    perform booking.write_lines((
        select jsonb_agg(a || jsonb_build_object(
            'first_line_no', 1, 'since_version', 1, 'sold', (a ->> 'total_minor')::bigint = 0))
        from jsonb_array_elements(accepted) a));

    insert into booking.event (organiser_id, booking_id, version, type, from_status, to_status, actor_role, actor_id,
                               data, correlation_id, traceparent, occurred_at)
    select a.organiser_id, a.id, e.version, e.type, e.from_status, e.to_status, c #>> '{actor,role}',
           c #>> '{actor,subject}', jsonb_strip_nulls(jsonb_build_object(
               'totalMinor', a.total_minor, 'owedMinor', a.total_minor, 'currency', a.currency,
               'holdExpiresAt', case when a.total_minor > 0 then now + make_interval(secs => a.hold_seconds) end,
               'paymentSubmitted', case when a.total_minor > 0 and c ->> 'payment_method' is not null then true end)),
           c #>> '{trace,correlation_id}', c #>> '{trace,traceparent}', now
    from jsonb_to_recordset(accepted) a (
        ordinal integer, id uuid, organiser_id uuid, total_minor bigint, currency text, hold_seconds integer)
    cross join lateral (select commands -> (a.ordinal - 1)) command (c)
    join (values (1, 'booking.created', null, 'PENDING'), (2, 'booking.confirmed', 'PENDING', 'CONFIRMED'))
        e (version, type, from_status, to_status) on e.version = 1 or a.total_minor = 0;

    perform saga.begin_bookings((
        select jsonb_agg(a - 'lines' || jsonb_build_object('payment_method', c ->> 'payment_method'))
        from jsonb_array_elements(accepted) a
        cross join lateral (select commands -> ((a ->> 'ordinal')::integer - 1)) command (c)
        where (a ->> 'total_minor')::bigint > 0));
end
$$;
comment on function booking.write_drafts(jsonb, jsonb) is 'Writes accepted bookings whose slots are locked. Takes the batch of commands and those rows of booking.judge_drafts that were not refused.';
