create or replace function booking.write_drafts(commands jsonb, accepted jsonb) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
    now constant timestamptz := clock_timestamp();
    slot_ids uuid[];
    quantities integer[];
begin
    if accepted = '[]' then
        return;
    end if;

    insert into booking.booking (
        organiser_id, id, reference, customer_id, key_scope, key, status, currency, total_minor, owed_minor, note,
        hold_expires_at, expire_due_at, auto_cancel_at, version, created_at, updated_at)
    select a.organiser_id, a.id, booking.new_reference(),
           coalesce(c ->> 'customer_id', c #>> '{actor,subject}'), c #>> '{actor,subject}', c ->> 'key',
           case when a.total_minor = 0 then 'CONFIRMED' else 'PENDING' end,
           a.currency, a.total_minor, a.total_minor, c ->> 'note',
           case when a.total_minor > 0 then now + make_interval(secs => a.hold_seconds) end,
           -- With a payment method its operation is open from now on, and the hold's end is suspended.
           case when a.total_minor > 0 and c ->> 'payment_method' is null
                then now + make_interval(secs => a.hold_seconds)
                when a.total_minor > 0 then now + interval '10 minutes' end,
           now + interval '10 minutes',
           -- A free booking needs no gateway: it is accepted and confirmed in the same breath, in two events.
           case when a.total_minor = 0 then 2 else 1 end, now, now
    from jsonb_to_recordset(accepted) a (
        ordinal integer, id uuid, organiser_id uuid, currency text, total_minor bigint, hold_seconds integer)
    cross join lateral (select commands -> (a.ordinal - 1)) command (c);

    with taken as (
        insert into booking.line (
            organiser_id, booking_id, line_no, slot_id, listing_id, quantity, rate_plan, policy_version, policy,
            list_price_minor, unit_price_minor, starts_at)
        select d.organiser_id, a.id, d.line_no, d.slot_id, d.listing_id, d.quantity, d.plan ->> 'code',
               (d.plan ->> 'policy_version')::integer, d.plan -> 'policy', d.list_price_minor, d.unit_price_minor,
               d.starts_at
        from booking.draft_lines(commands) d
        join jsonb_to_recordset(accepted) a (ordinal integer, id uuid) on a.ordinal = d.ordinal
        returning slot_id, quantity
    )
    select array_agg(t.slot_id), array_agg(t.quantity) into slot_ids, quantities from taken t;
    perform inventory.take(slot_ids, quantities);

    insert into booking.event (organiser_id, booking_id, version, type, from_status, to_status, actor_role, actor_id,
                               data, occurred_at)
    select a.organiser_id, a.id, e.version, e.type, e.from_status, e.to_status, c #>> '{actor,role}',
           c #>> '{actor,subject}', jsonb_build_object('totalMinor', a.total_minor, 'currency', a.currency), now
    from jsonb_to_recordset(accepted) a (
        ordinal integer, id uuid, organiser_id uuid, total_minor bigint, currency text)
    cross join lateral (select commands -> (a.ordinal - 1)) command (c)
    join (values (1, 'booking.created', null, 'PENDING'), (2, 'booking.confirmed', 'PENDING', 'CONFIRMED'))
        e (version, type, from_status, to_status) on e.version = 1 or a.total_minor = 0;

    perform saga.begin_bookings((
        select jsonb_agg(a || jsonb_build_object('payment_method', c ->> 'payment_method'))
        from jsonb_array_elements(accepted) a
        cross join lateral (select commands -> ((a ->> 'ordinal')::integer - 1)) command (c)
        where (a ->> 'total_minor')::bigint > 0));
end
$$;
comment on function booking.write_drafts(jsonb, jsonb) is 'Writes accepted bookings whose slots are locked. Takes the batch of commands and [{ordinal, id, organiser_id, currency, total_minor, hold_seconds}].';
