begin;
\i tests/sql/helpers.sql
select plan(7);

-- What booking.tell_events tells in one pass over a booking's history is what these told of one event by itself, each time from
-- all that came before it.
create function pg_temp.snapshot(b booking.booking, at_version integer) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
    was constant booking.booking := pg_temp.as_of(b, at_version);
begin
    return jsonb_build_object(
        'reference', b.reference, 'customer_id', b.customer_id, 'status', was.status, 'reason', was.reason,
        'total', jsonb_build_object('amount_minor', was.total_minor, 'currency', b.currency),
        'owed', jsonb_build_object('amount_minor', was.owed_minor, 'currency', b.currency),
        'hold_expires_at', was.hold_expires_at, 'created_at', b.created_at, 'offer', booking.is_offer(b),
        'lines', (
            select coalesce(jsonb_agg(booking.told_line(l, b.currency) order by l.line_no), '[]')
            from booking.line l
            where l.organiser_id = b.organiser_id and l.booking_id = b.id
              and l.since_version <= at_version and (l.until_version is null or l.until_version > at_version)),
        'payments', (
            select coalesce(jsonb_agg(jsonb_build_object(
                'payment_id', p -> 'id', 'number', p -> 'number', 'status', p -> 'status',
                'amount', jsonb_build_object('amount_minor', p -> 'amount_minor', 'currency', b.currency),
                'captured', jsonb_build_object('amount_minor', p -> 'captured_minor', 'currency', b.currency),
                'refunded', jsonb_build_object('amount_minor', p -> 'refunded_minor', 'currency', b.currency))), '[]')
            from jsonb_array_elements(pg_temp.payments_as_of(
                was, at_version, payment.documents(b.organiser_id, b.id))) p));
end
$$;
create function pg_temp.event_document(e booking.event, b booking.booking) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
    return jsonb_build_object(
        'id', e.booking_id || '.' || e.version, 'type', e.type, 'occurred_at', e.occurred_at,
        'organiser_id', e.organiser_id, 'booking_id', e.booking_id, 'sequence', e.version,
        'from_status', e.from_status, 'to_status', e.to_status,
        'actor', jsonb_build_object('role', e.actor_role, 'id', e.actor_id), 'reason', e.reason,
        'correlation_id', e.correlation_id, 'traceparent', e.traceparent,
        'change', booking.told_change(e.data, b.currency), 'booking', pg_temp.snapshot(b, e.version), 'parked', null);
end
$$;
create function pg_temp.as_of(b booking.booking, at_version integer) returns booking.booking
language plpgsql stable set search_path = '' as $$
declare
    was booking.booking := b;
    step record;
begin
    was.version := at_version;
    was.reason := null;
    was.total_minor := null;
    was.owed_minor := null;
    was.hold_expires_at := null;
    was.extensions := 0;
    for step in
        select e.type, e.from_status, e.to_status, e.reason, e.data, e.occurred_at from booking.event e
        where e.organiser_id = b.organiser_id and e.booking_id = b.id and e.version <= at_version
        order by e.version
    loop
        was.status := step.to_status;
        was.updated_at := step.occurred_at;
        if step.from_status is distinct from step.to_status then
            was.reason := step.reason;
        end if;
        -- What a change would cost is not owed before it is done.
        if step.type <> 'booking.change_started' then
            was.total_minor := coalesce((step.data ->> 'totalMinor')::bigint, was.total_minor);
            was.owed_minor := coalesce((step.data ->> 'owedMinor')::bigint, was.owed_minor);
        end if;
        was.hold_expires_at := case when step.to_status = 'PENDING'
            then coalesce((step.data ->> 'holdExpiresAt')::timestamptz, was.hold_expires_at) end;
        was.extensions := coalesce((step.data ->> 'extensions')::integer, was.extensions);
    end loop;
    return was;
end
$$;
create function pg_temp.payments_as_of(b booking.booking, at_version integer, payments jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
    -- Free bookings have none, and are many.
    if jsonb_array_length(payments) = 0 then
        return payments;
    end if;
    return (
        with said as (
            select e.version, e.type, e.data,
                   -- The money of a booking moves with the first payment, that of a change with its own.
                   case when e.type = 'booking.rescheduled' then (
                            select (s.data ->> 'paymentNumber')::integer from booking.event s
                            where s.organiser_id = e.organiser_id and s.booking_id = e.booking_id
                              and s.type = 'booking.change_started' and s.data -> 'changeId' = e.data -> 'changeId')
                        else coalesce((e.data ->> 'paymentNumber')::integer, 1) end as number
            from booking.event e
            where e.organiser_id = b.organiser_id and e.booking_id = b.id and e.version <= at_version
              and (e.type like 'payment.%' or e.type in (
                  'booking.created', 'booking.confirmed', 'booking.change_started', 'booking.rescheduled'))
        ), moved as (
            select s.number,
                   coalesce(sum((s.data ->> 'amountMinor')::bigint) filter (where s.type = 'payment.captured'), 0) as captured,
                   coalesce(sum((s.data ->> 'amountMinor')::bigint) filter (where s.type = 'payment.refunded'), 0) as refunded,
                   count(*) filter (where s.type in ('payment.submitted', 'booking.change_started')
                                       or s.data ? 'paymentSubmitted') as attempts,
                   (array_agg(s.type order by s.version desc))[1] as last_type,
                   (array_agg(s.data order by s.version desc))[1] as last_data
            from said s
            where s.number is not null
            group by s.number
        )
        select coalesce(jsonb_agg(p || jsonb_build_object(
            'status', booking.payment_status_after(m.last_type, m.last_data, b.status, m.captured, m.refunded),
            'captured_minor', m.captured, 'refunded_minor', m.refunded, 'attempts', m.attempts,
            'failure', case when m.last_type = 'payment.declined' then m.last_data ->> 'code' end) order by m.number), '[]')
        from jsonb_array_elements(payments) p
        join moved m on m.number = (p ->> 'number')::integer);
end
$$;

create function pg_temp.move(booking_id uuid, slot uuid, payment_method text default null, seats integer default 2)
returns void language sql as $$
    select t.accepted(t.ask('reschedule', booking_id, jsonb_build_object(
        'payment_method', payment_method, 'lines', jsonb_build_array(t.line(slot, seats)))))
$$;
create temp table it as
select t.slot(l.id, 50, 30) as slot, t.slot(l.id, 50, 31, '{"price_minor": 15000}') as dear,
       t.slot(l.id, 50, 32, '{"price_minor": 5000}') as cheap, t.slot(l.id, 1, 33) as scarce,
       t.seated_slot(l.id, t.hall(), 34) as hall, t.slot(l.id, 10, 35) as soon
from (select t.listing(fields => jsonb_build_object('rate_plans', jsonb_build_array(
    t.plan('flexible', '[[24, 50, 100]]'), t.plan('gift', '[]', 0))))) l (id);
create temp table b (name text, id uuid);
insert into b select name, t.book(slot) from it, unnest(array['held', 'lapsed', 'extended', 'paid later']) name;
insert into b select name, t.book_paid(slot, 2) from it, unnest(array[
    'paid', 'cancelled', 'cancelled in part', 'not given back', 'dearer', 'cheaper', 'change declined', 'change under way',
    'dearer twice', 'refunded']) name;
insert into b select 'free', t.book_lines(t.line(slot, 1, '{"rate_plan": "gift"}')) from it;
insert into b select 'seated', t.book_paid(hall, 3) from it;
insert into b select 'of two lines', t.book_lines(jsonb_build_array(t.line(slot, 2), t.line(hall, 2)),
    fields => '{"payment_method": "pm_card_visa"}') from it;
insert into b select name, t.book_paid(soon) from it, unnest(array['come', 'not come']) name;
insert into b select 'declined', t.book(slot, fields => '{"payment_method": "pm_card_chargeDeclined"}') from it;
insert into b select name, t.book(slot, fields => '{"payment_method": "pm_card_visa"}') from it,
    unnest(array['in doubt', 'under way', 'failed', 'let go of']) name;
insert into b select 'capture declined', t.book(slot, fields => '{"payment_method": "pm_sim_captureDeclined"}') from it;
insert into b select 'scarce', t.book(scarce) from it;
create function pg_temp.id(name text) returns uuid language sql as $$ select b.id from b where b.name = id.name $$;

do $$ declare it record; waits uuid; begin
    select * into it from pg_temp.it;
    perform t.lapse(pg_temp.id('lapsed'));
    perform booking.expire_holds('100');
    perform t.accepted(t.ask('extend', pg_temp.id('extended')));
    perform t.accepted(t.pay(pg_temp.id('paid later')));
    perform t.play(pg_temp.id('in doubt'), 'UNKNOWN');
    perform t.play(pg_temp.id('under way'), 'DONE');
    perform t.play(pg_temp.id('failed'), 'FAILED:e', 'FAILED:e', 'FAILED:e', 'FAILED:e', 'FAILED:e');
    perform t.accepted(t.cancel(pg_temp.id('let go of')));
    perform t.settle(id) from b where name in (
        'paid later', 'declined', 'let go of', 'capture declined', 'of two lines', 'in doubt');
    perform pg_temp.move(pg_temp.id('dearer'), it.dear, 'pm_card_visa');
    perform pg_temp.move(pg_temp.id('cheaper'), it.cheap);
    perform pg_temp.move(pg_temp.id('change declined'), it.dear, 'pm_card_chargeDeclined');
    perform pg_temp.move(pg_temp.id('change under way'), it.dear, 'pm_card_visa');
    perform pg_temp.move(pg_temp.id('dearer twice'), it.dear, 'pm_card_visa');
    perform t.settle(id) from b where name in ('dearer', 'cheaper', 'change declined', 'dearer twice');
    perform pg_temp.move(pg_temp.id('dearer twice'), it.dear, 'pm_card_visa', 4);
    perform t.accepted(t.cancel(pg_temp.id(name), format('[{"line_no": %s, "quantity": 1, "seats": null}]', line)::jsonb))
    from (values ('cancelled in part', 1), ('seated', 1), ('of two lines', 2)) v (name, line);
    perform t.accepted(t.ask('refund', pg_temp.id('refunded'), '{"amount_minor": 300, "currency": "EUR"}', t.actor()));
    perform t.accepted(t.cancel(id)) from b where name in ('cancelled', 'not given back');
    perform t.play(pg_temp.id('not given back'), 'DECLINED:gone');
    perform t.settle(id) from b where name in (
        'dearer twice', 'cancelled in part', 'seated', 'of two lines', 'refunded', 'cancelled');
    perform t.accepted(t.cancel(pg_temp.id('dearer twice')));
    perform t.settle(pg_temp.id('dearer twice'));
    waits := t.accepted(t.join(it.scarce, 1));
    perform t.cancel(pg_temp.id('scarce')), t.serve();
    insert into b values ('offered', t.offered(waits));
    perform t.start_in(it.soon, interval '-1 minute');
    perform t.accepted(t.ask('complete', pg_temp.id('come'), '{"no_show": false}', t.actor()));
    perform t.accepted(t.ask('complete', pg_temp.id('not come'), '{"no_show": true}', t.actor()));
end $$;

create temp table e as
select b.name, e.version, bb as booking, pg_temp.event_document(e, bb) as document
from b join booking.event e on e.booking_id = b.id join booking.booking bb on bb.id = b.id;
create function pg_temp.told(b booking.booking, first integer, last integer) returns jsonb language sql as $$
    select coalesce(jsonb_agg(t.event order by t.n), '[]')
    from unnest(booking.tell_events(b, first, last)) with ordinality t (event, n)
$$;

select is_empty($$ select event_type from booking.transition except select document ->> 'type' from e $$,
    'there is every kind of event');
select is_empty($$ select name, version from e where document is distinct from booking.tell_event((
        select v from booking.event v where v.booking_id = (booking).id and v.version = e.version), booking) $$,
    'each by itself is told as it was');
select is_empty($$ select f.name, f.version, l.version from e f join e l on l.name = f.name and l.version >= f.version
    where pg_temp.told(f.booking, f.version, l.version) is distinct from (
        select jsonb_agg(e.document order by e.version) from e
        where e.name = f.name and e.version between f.version and l.version) $$,
    'and so is every run of them');
select is_empty($$ select name, version from e where pg_temp.told(booking, version, version) = (
        select jsonb_agg(p.document) from e p where p.name = e.name and p.version = e.version - 1) $$,
    'no two are the same');
select is_empty($$ select name, version from e
    where booking.as_of(booking, version) is distinct from pg_temp.as_of(booking, version) $$, 'the rows are what they were');
select is_empty($$ select e.name, e.version
    from e, booking.as_of(e.booking, e.version) was, payment.documents(was.organiser_id, was.id) payments
    where booking.payments_as_of(was, e.version, payments)
        is distinct from pg_temp.payments_as_of(was, e.version, payments) $$,
    'and the payments');
select t.expect_invariants();

select * from finish();
rollback;
